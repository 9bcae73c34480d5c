// REVERSE_V2: the input backwards along the axes in input 1. Builtin 105, versions 1 to 4.
// Rules from: LiteRT tflite/kernels/reverse.cc, but the axes need not be neighbours here.
#include "engine/ops/shared/move.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

Result<View> view(const Operands& n) {
  const Shape& in = n.in(0).shape;
  TRY_SET(const Ints axes, read_ints(n, 1));
  const auto step = strides(in);
  uint32_t reversed = 0;
  for (const int64_t a : axes.span()) {
    TRY_SET(const int axis, resolve_axis(n, 1, a, in.rank()));
    if (reversed >> axis & 1) return value_error(n, 1, cat("axis ", axis, " occurs twice"));
    reversed |= 1u << axis;
  }
  View out;
  for (int i = 0; i < in.rank(); ++i) {
    const int64_t s = step[size_t(i)];
    const bool backwards = reversed >> i & 1;
    if (backwards && in[i] > 0) out.base += (in[i] - 1) * s;
    out.push(in[i], backwards ? -s : s);
  }
  return out;
}

Status infer(const NoParams&, Infer& n) {
  TRY(infer_unary_type(n, 2));
  TRY(n.has_type(n.in(1), {Type::i32}));
  TRY(n.has_rank(n.in(1), 1));
  if (n.known(1)) {
    TRY_SET(const View v, view(n));
    return set_shape_or_later(n, n.out(0), v.shape);
  }
  return set_shape_or_later(n, n.out(0), n.in(0).shape);
}

Status run(const NoParams&, Run& n) {
  TRY_SET(const View v, view(n));
  return copy_view(n, 0, v);
}

}  // namespace

extern constinit const OpDef reverse_v2 = define_mover<NoParams, parse_none, infer, run>(
    {.name = "REVERSE_V2", .code = 105, .versions = {1, 4}}, kFixedSizeAndString);

}  // namespace samara::ops
