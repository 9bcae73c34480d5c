// STABLEHLO_REDUCE: tensors reduced together along some dimensions, which the outputs lack, by the
// function in a subgraph, beginning with the initial values, which follow the tensors. Builtin 174.
// LiteRT has no kernel; rules from the StableHLO specification (reduce): elements are taken in the
// order in which they are stored.
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
  TRY_SET(const int count, check_reductions(n));
  const Shape& in = n.in(0).shape;
  TRY(check_dims(p.dims, "dimensions", in.rank()));
  TRY(infer_function(n, p.body, "the body", count));
  Shape out;
  for (int i = 0; i < in.rank(); ++i)
    if (!contains(p.dims, i)) out.push(in[i]);
  for (int i = 0; i < count; ++i) TRY(n.set_shape(n.out(i), out));
  return ok();
}

struct Kernel {
  template <class T>
  static Status run(const Params& p, Run& n) {
    // One window along each reduced dimension, and as many as there are elements along the others.
    Windows w;
    Shape counts = n.in(0).shape;
    for (const int64_t d : p.dims.span()) {
      w[size_t(d)].size = counts[int(d)];
      counts[int(d)] = 1;
    }
    const auto known = known_function(n, p.body, n.outputs());
    if (!known) return reduce_windows_by_calls(n, w, counts, p.body, n.outputs());
    reduce_windows<T>(n, w, counts, *known);
    return ok();
  }
};

}  // namespace

extern constinit const OpDef stablehlo_reduce = define_typed<Params, parse, infer, Kernel>(
    {.name = "STABLEHLO_REDUCE", .code = 174}, kNumbers + kBools);

}  // namespace samara::ops
