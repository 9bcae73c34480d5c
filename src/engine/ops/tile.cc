// TILE: the input repeated multipliers[i] times along each dimension. Builtin 69, versions 1 to 3.
// Rules from: LiteRT tflite/kernels/tile.cc.
#include "engine/graph/strings.h"
#include "engine/ops/shared/move.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

Result<Shape> output_shape(const Operands& n) {
  const Shape& in = n.in(0).shape;
  if (n.in(1).shape.elements() != in.rank())
    return Error(Code::invalid_model,
                 cat("multipliers has ", n.in(1).shape.elements(), " values for rank ", in.rank()));
  TRY_SET(const Ints times, read_ints(n, 1));
  Shape out;
  for (int i = 0; i < in.rank(); ++i) {
    if (times[i] < 0) return value_error(n, 1, cat("cannot repeat ", times[i], " times"));
    const auto size = checked_mul<int64_t>(times[i], in[i]);
    if (!size || !narrow<int32_t>(*size))
      return value_error(
          n, 1, cat("dimension ", i, " of ", in[i], " cannot be repeated ", times[i], " times"));
    out.push(int32_t(*size));
  }
  return out;
}

Status infer(const NoParams&, Infer& n) {
  TRY(infer_unary_type(n, 2));
  TRY(n.has_type(n.in(1), {Type::i32, Type::i64}));
  TRY(n.has_rank(n.in(1), 1));
  if (!n.known(1)) return n.defer();
  TRY_SET(const Shape shape, output_shape(n));
  return set_shape_or_later(n, n.out(0), shape);
}

Status run(const NoParams&, Run& n) {
  const Tensor& in = n.in(0);
  TRY_SET(const Shape shape, output_shape(n));
  const auto from = strides(in.shape), to = strides(shape);
  if (in.type == Type::string)
    return pick_strings(n, in, n.out(0), shape, [&](int64_t i) {
      int64_t source = 0;
      for (int d = 0; d < shape.rank(); ++d)
        source += i / to[size_t(d)] % shape[d] % in.shape[d] * from[size_t(d)];
      return source;
    });
  if (shape.elements() == 0) return ok();
  const int64_t size = element_size(in.type);
  StridedCopy copy(size);
  for (int d = 0; d < shape.rank(); ++d) {
    copy.loop(shape[d] / in.shape[d], 0, to[size_t(d)] * in.shape[d] * size);
    copy.loop(in.shape[d], from[size_t(d)] * size, to[size_t(d)] * size);
  }
  copy.run(n.pool(), in.data, n.out(0).data);
  return ok();
}

}  // namespace

extern constinit const OpDef tile = define_mover<NoParams, parse_none, infer, run>(
    {.name = "TILE", .code = 69, .versions = {1, 3}}, kFixedSizeAndString);

}  // namespace samara::ops
