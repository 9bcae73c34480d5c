#include "engine/ops/shared/move.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "engine/ops/shared/packed_bits.h"

namespace samara::ops {
namespace {

template <class T>
Ints widen(std::span<const T> values) {
  Ints out;
  for (const T v : values) out[out.size++] = int64_t(v);
  return out;
}

}  // namespace

Error value_error(const Operands& n, int input, const std::string& text, const char* file,
                  int line) {
  const Tensor& t = n.in(input);
  return Error(t.constant ? Code::invalid_model : Code::invalid_argument,
               cat("input ", input, " '", t.name, "': ", text), file, line);
}

Result<Ints> read_ints(const Operands& n, int i) {
  const Tensor& t = n.in(i);
  if (t.shape.elements() > Ints::kMax)
    return Error(Code::invalid_model, cat("input ", i, " '", t.name, "' has ", t.shape.elements(),
                                          " values, at most ", Ints::kMax, " make sense"));
  switch (t.type) {
    case Type::i32:
      return widen(n.values<int32_t>(i));
    case Type::i64:
      return widen(n.values<int64_t>(i));
    case Type::i16:
      return widen(n.values<int16_t>(i));
    case Type::i8:
      return widen(n.values<int8_t>(i));
    case Type::boolean:
      return widen(n.values<uint8_t>(i));
    default:
      return Error(Code::invalid_model,
                   cat("input ", i, " '", t.name, "' is ", name(t.type), ", not an integer type"));
  }
}

Result<int64_t> read_int(const Operands& n, int i) {
  TRY_SET(const Ints values, read_ints(n, i));
  if (values.size != 1)
    return Error(Code::invalid_model, cat("input ", i, " '", n.in(i).name, "' has ", values.size,
                                          " values instead of 1"));
  return values[0];
}

Result<Shape> read_shape(const Operands& n, int i) {
  TRY_SET(const Ints values, read_ints(n, i));
  if (values.size > kMaxRank)
    return Error(Code::unsupported, cat("input ", i, " '", n.in(i).name, "' asks for rank ",
                                        values.size, ", at most ", kMaxRank, " is supported"));
  Shape shape;
  for (const int64_t d : values.span()) {
    if (d < 0 || d > std::numeric_limits<int32_t>::max())
      return value_error(n, i, cat("a dimension cannot be ", d));
    shape.push(int32_t(d));
  }
  return shape;
}

Result<int> resolve_axis(int64_t axis, int rank) {
  if (axis < -rank || axis >= rank)
    return Error(Code::invalid_model, cat("axis ", axis, " is out of range for rank ", rank));
  return int(axis < 0 ? axis + rank : axis);
}
Result<int> resolve_axis(const Operands& n, int i, int64_t axis, int rank) {
  if (axis < -rank || axis >= rank)
    return value_error(n, i, cat("axis ", axis, " is out of range for rank ", rank));
  return int(axis < 0 ? axis + rank : axis);
}

Status all_present(const Operands& n) {
  for (int i = 0; i < n.inputs(); ++i)
    if (!n.has(i)) return Error(Code::invalid_model, cat("input ", i, " is missing"));
  return ok();
}

bool equally_quantized(const Tensor& a, const Tensor& b) {
  return a.quant.scale() == b.quant.scale() && a.quant.zero_point() == b.quant.zero_point();
}

Status same_quantization(const Tensor& a, const Tensor& b) {
  if (equally_quantized(a, b)) return ok();
  return Error(Code::invalid_model,
               cat("'", a.name, "' has scale ", a.quant.scale(), " and zero point ",
                   a.quant.zero_point(), ", '", b.name, "' ", b.quant.scale(), " and ",
                   b.quant.zero_point(), "; they must be equal"));
}

Status infer_unary_type(Infer& n, int inputs) {
  TRY(n.arity(inputs, 1));
  return n.same_type(n.in(0), n.out(0));
}

Status set_shape_or_later(Infer& n, const Tensor& out, const Shape& shape) {
  return out.type == Type::string ? n.sized_by_run(out) : n.set_shape(out, shape);
}

void pick_packed(const Tensor& in, const Tensor& out, FunctionRef<int64_t(int64_t)> source) {
  const int width = bits(out.type);
  const auto* from = reinterpret_cast<const uint8_t*>(in.data);
  auto* to = reinterpret_cast<uint8_t*>(out.data);
  const int64_t count = out.shape.elements();
  for (int64_t i = 0; i < count; ++i)
    pack_bits(to, i, width, unpack_bits(from, source(i), width, true));
}

Status copy_bytes(Run& n, const Shape& shape) {
  const Tensor& in = n.in(0);
  const Tensor& out = n.out(0);
  if (out.type == Type::string) TRY(n.resize(out, shape, int64_t(in.bytes)));
  if (out.data != in.data && in.bytes > 0) std::memcpy(out.data, in.data, in.bytes);
  return ok();
}

}  // namespace samara::ops
