// STABLEHLO_SLICE: every strides[i]-th element from start_indices[i] up to but without limit_indices[i]
// along each dimension. Builtin 172. LiteRT has no kernel; rules from the StableHLO specification (slice).
#include "engine/ops/shared/stablehlo.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

struct Params {
  Ints start, limit, stride;
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::StablehloSliceOptions>();
  Params p;
  TRY_SET(p.start, option_ints(o.start_indices(), "start_indices"));
  TRY_SET(p.limit, option_ints(o.limit_indices(), "limit_indices"));
  TRY_SET(p.stride, option_ints(o.strides(), "strides"));
  return p;
}

View view(const Params& p, const Shape& in) {
  const auto step = strides(in);
  View out;
  for (int i = 0; i < in.rank(); ++i) {
    const int64_t length = p.limit[i] - p.start[i];
    out.base += p.start[i] * step[size_t(i)];
    out.push(int32_t((length + p.stride[i] - 1) / p.stride[i]), p.stride[i] * step[size_t(i)]);
  }
  return out;
}

Status infer(const Params& p, Infer& n) {
  TRY(infer_unary_type(n, 1));
  const Shape& in = n.in(0).shape;
  TRY(check_sizes(p.start, "start_indices", in.rank(), 0));
  TRY(check_sizes(p.limit, "limit_indices", in.rank(), 0));
  TRY(check_sizes(p.stride, "strides", in.rank(), 1));
  for (int i = 0; i < in.rank(); ++i)
    if (p.start[i] > p.limit[i] || p.limit[i] > in[i])
      return Error(Code::invalid_model, cat("from ", p.start[i], " to ", p.limit[i],
                                            " is no part of dimension ", i, " of size ", in[i]));
  return n.set_shape(n.out(0), view(p, in).shape);
}

Status run(const Params& p, Run& n) { return copy_view(n, 0, view(p, n.in(0).shape)); }

}  // namespace

extern constinit const OpDef stablehlo_slice =
    define_mover<Params, parse, infer, run>({.name = "STABLEHLO_SLICE", .code = 172}, kFixedSize);

}  // namespace samara::ops
