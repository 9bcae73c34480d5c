// STABLEHLO_REDUCE: input 0 reduced along some dimensions, which the output lacks, by the function in
// a subgraph, beginning with input 1. Builtin 174. LiteRT has no kernel; rules from the StableHLO
// specification (reduce). One tensor at a time: the form that reduces several at once is refused.
#include "engine/ops/shared/window_reduction.h"

namespace samara::ops {
namespace {

struct Params {
  Ints dims;
  int body = 0;
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::StablehloReduceOptions>();
  Params p;
  TRY_SET(p.dims, option_ints(o.dimensions(), "dimensions"));
  p.body = o.body_subgraph_index();
  return p;
}

Status infer(const Params& p, Infer& n) {
  if (n.inputs() > 2) return Error(Code::unsupported, "reduces several tensors at once");
  TRY(n.arity(2, 1));
  TRY(check_reduction(n));
  const Shape& in = n.in(0).shape;
  TRY(check_dims(p.dims, "dimensions", in.rank()));
  TRY(read_reducer(n, p.body, "the body", n.in(0).type));
  Shape out;
  for (int i = 0; i < in.rank(); ++i)
    if (!contains(p.dims, i)) out.push(in[i]);
  return n.set_shape(n.out(0), out);
}

struct Kernel {
  template <class T>
  static Status run(const Params& p, Run& n) {
    TRY_SET(const Reducer r, read_reducer(n, p.body, "the body", n.in(0).type));
    // One window along each reduced dimension, and as many as there are elements along the others.
    Windows w;
    Shape counts = n.in(0).shape;
    for (const int64_t d : p.dims.span()) {
      w[size_t(d)].size = counts[int(d)];
      counts[int(d)] = 1;
    }
    reduce_windows<T>(n, w, counts, r);
    return ok();
  }
};

}  // namespace

extern constinit const OpDef stablehlo_reduce = define_typed<Params, parse, infer, Kernel>(
    {.name = "STABLEHLO_REDUCE", .code = 174}, kNumbers + kBools);

}  // namespace samara::ops
