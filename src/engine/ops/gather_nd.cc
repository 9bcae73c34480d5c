// GATHER_ND: slices of input 0 addressed by coordinates, the last dimension of input 1. Builtin
// 107, versions 1 to 6. Rules from: LiteRT tflite/kernels/gather_nd.cc.
#include <cstring>

#include "engine/graph/poller.h"
#include "engine/graph/strings.h"
#include "engine/ops/shared/indices.h"

namespace samara::ops {
namespace {

Result<Shape> output_shape(const Operands& n) {
  const Shape& in = n.in(0).shape;
  const Shape& indices = n.in(1).shape;
  if (in.rank() < 1 || indices.rank() < 1)
    return Error(Code::invalid_model, "params and indices must have at least one dimension");
  const int depth = indices.back();
  if (depth > in.rank())
    return Error(Code::invalid_model, cat("indices address ", depth, " dimensions of ", in.text()));
  if (indices.rank() - 1 + in.rank() - depth > kMaxRank)
    return Error(Code::unsupported, "the output would have more than 8 dimensions");
  Shape out;
  for (int i = 0; i + 1 < indices.rank(); ++i) out.push(indices[i]);
  for (int i = depth; i < in.rank(); ++i) out.push(in[i]);
  return out;
}

Status infer(const NoParams&, Infer& n) {
  TRY(infer_unary_type(n, 2));
  TRY(n.has_type(n.in(1), {Type::i16, Type::i32, Type::i64}));
  TRY_SET(const Shape shape, output_shape(n));
  if (n.known(1)) TRY(check_coordinates(n, 1, n.in(0).shape));
  return set_shape_or_later(n, n.out(0), shape);
}

Status run(const NoParams&, Run& n) {
  const Tensor& in = n.in(0);
  TRY_SET(const Shape shape, output_shape(n));
  if (!n.in(1).constant) TRY(check_coordinates(n, 1, in.shape));
  const Indices at(n.in(1));
  const int depth = n.in(1).shape.back();
  const int64_t inner = in.shape.range(depth, in.shape.rank());
  if (in.type == Type::string)
    return pick_strings(n, in, n.out(0), shape, [&](int64_t i) {
      return offset_of(at, i / inner, depth, in.shape) * inner + i % inner;
    });
  if (shape.elements() == 0) return ok();
  if (in.shape.elements() == 0)
    return Error(Code::invalid_argument, cat("'", in.name, "' has no elements to gather"));
  const int64_t bytes = inner * element_size(in.type);
  const int64_t rows = n.in(1).shape.range(0, n.in(1).shape.rank() - 1);
  Poller poll(n);
  for (int64_t row = 0; row < rows; ++row) {
    TRY(poll(8 + bytes / 16));
    std::memcpy(n.out(0).data + row * bytes, in.data + offset_of(at, row, depth, in.shape) * bytes,
                size_t(bytes));
  }
  return ok();
}

}  // namespace

extern constinit const OpDef gather_nd = define_mover<NoParams, parse_none, infer, run>(
    {.name = "GATHER_ND", .code = 107, .versions = {1, 6}}, kFixedSizeAndString);

}  // namespace samara::ops
