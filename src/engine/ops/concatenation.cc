// CONCATENATION: inputs one after the other along an axis. Builtin 2, versions 1 to 7.
// Rules from: LiteRT tflite/kernels/concatenation.cc and internal/reference/concatenation.h: int8
// inputs share the output's quantization, uint8 ones that differ are requantised in float, int16
// ones have zero point 0, a fused activation is not supported.
#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/ops/shared/move.h"
#include "engine/ops/shared/packed_bits.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {
namespace {

struct Params {
  int axis = 0;
};

Result<Params> parse(const OpView& v) {
  const auto& o = v.options<fb::ConcatenationOptions>();
  if (o.fused_activation_function() != fb::ActivationFunctionType_NONE)
    return Error(Code::unsupported, "a fused activation is not supported");
  return Params{o.axis()};
}

Status check_quantization(const Tensor& in, const Tensor& out) {
  if (in.type == Type::i8) return same_quantization(in, out);
  if (in.type == Type::i16 && (in.quant.zero_point() != 0 || out.quant.zero_point() != 0))
    return Error(Code::invalid_model,
                 cat("'", in.name, "' is int16 with a zero point other than 0"));
  return ok();
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(1, std::numeric_limits<int>::max(), 1));
  TRY(all_present(n));
  const Tensor& first = n.in(0);
  TRY_SET(const int axis, resolve_axis(p.axis, first.shape.rank()));
  Shape shape = first.shape;
  int64_t length = 0;
  for (int i = 0; i < n.inputs(); ++i) {
    const Tensor& in = n.in(i);
    TRY(n.same_type(in, n.out(0)));
    TRY(n.has_rank(in, shape.rank()));
    TRY(check_quantization(in, n.out(0)));
    for (int d = 0; d < shape.rank(); ++d)
      if (d != axis && in.shape[d] != shape[d])
        return Error(Code::invalid_model,
                     cat("input ", i, " '", in.name, "' is ", in.shape.text(),
                         ", which does not fit ", shape.text(), " along axis ", axis));
    length += in.shape[axis];
  }
  if (!narrow<int32_t>(length))
    return Error(Code::resource_exhausted, cat("dimension ", axis, " would be ", length));
  shape[axis] = int32_t(length);
  return n.set_shape(n.out(0), shape);
}

/// Calls each(input, its elements per row, where its part of an output row starts).
template <class F>
void for_parts(const Params& p, Run& n, F each) {
  const int rank = n.out(0).shape.rank();
  const int axis = p.axis < 0 ? p.axis + rank : p.axis;
  int64_t at = 0;
  for (int i = 0; i < n.inputs(); ++i) {
    const int64_t row = n.in(i).shape.range(axis, rank);
    each(n.in(i), n.in(i).shape.range(0, axis), row, at);
    at += row;
  }
}

void copy_part(Run& n, const Tensor& in, int64_t rows, int64_t row, int64_t at, int64_t out_row) {
  if (rows * row == 0) return;
  const int64_t size = element_size(in.type);
  StridedCopy(size)
      .loop(rows, row * size, out_row * size)
      .loop(row, size, size)
      .run(n.pool(), in.data, n.out(0).data + at * size);
}

int64_t out_row(const Params& p, const Shape& out) {
  return out.range(p.axis < 0 ? p.axis + out.rank() : p.axis, out.rank());
}

Status run_copy(const Params& p, Run& n) {
  const int64_t width = out_row(p, n.out(0).shape);
  for_parts(p, n, [&](const Tensor& in, int64_t rows, int64_t row, int64_t at) {
    copy_part(n, in, rows, row, at, width);
  });
  return ok();
}

/// The reference works in float: round(q * scale + bias) + zero point, half away from zero, where
/// scale is in_scale * (1 / out_scale) and bias is -in_zero_point * scale.
void requantize(const Tensor& in, const Tensor& out, int64_t rows, int64_t row, int64_t at,
                int64_t width) {
  const float scale = in.quant.scale() * (1.0f / out.quant.scale());
  const float bias = float(-in.quant.zero_point()) * scale;
  uint8_t table[256];
  for (int q = 0; q < 256; ++q) {
    const float value = std::round(float(q) * scale + bias) + float(out.quant.zero_point());
    table[q] = uint8_t(std::clamp(value, 0.0f, 255.0f));
  }
  const auto* from = reinterpret_cast<const uint8_t*>(in.data);
  auto* to = reinterpret_cast<uint8_t*>(out.data) + at;
  for (int64_t r = 0; r < rows; ++r, from += row, to += width)
    for (int64_t i = 0; i < row; ++i) to[i] = table[from[i]];
}

Status run_u8(const Params& p, Run& n) {
  const Tensor& out = n.out(0);
  const int64_t width = out_row(p, out.shape);
  for_parts(p, n, [&](const Tensor& in, int64_t rows, int64_t row, int64_t at) {
    if (in.quant.empty() || out.quant.empty() || equally_quantized(in, out)) {
      copy_part(n, in, rows, row, at, width);
    } else {
      requantize(in, out, rows, row, at, width);
    }
  });
  return ok();
}

/// Parts of bytes, element by element.
Status run_packed(const Params& p, Run& n) {
  const Tensor& out = n.out(0);
  if (out.bytes == 0) return ok();
  const int size = bits(out.type);
  const int64_t width = out_row(p, out.shape);
  auto* const to = reinterpret_cast<uint8_t*>(out.data);
  to[out.bytes - 1] = 0;  // what the elements leave of it
  for_parts(p, n, [&](const Tensor& in, int64_t rows, int64_t row, int64_t at) {
    const auto* from = reinterpret_cast<const uint8_t*>(in.data);
    for (int64_t i = 0; i < rows * row; ++i)
      replace_bits(to, i / row * width + at + i % row, size, unpack_bits(from, i, size, true));
  });
  return ok();
}

constexpr auto kCopy = bind<Params, run_copy>;
constexpr auto kPacked = bind<Params, run_packed>;

}  // namespace

extern constinit const OpDef concatenation = define_op<Params, parse, infer>(
    {.name = "CONCATENATION", .code = 2, .versions = {1, 7}}, {{Type::f32, kCopy},
                                                               {Type::i8, kCopy},
                                                               {Type::u8, bind<Params, run_u8>},
                                                               {Type::i16, kCopy},
                                                               {Type::i32, kCopy},
                                                               {Type::i64, kCopy},
                                                               {Type::f16, kCopy},
                                                               {Type::boolean, kCopy},
                                                               {Type::bf16, kCopy},
                                                               {Type::u32, kCopy},
                                                               {Type::f64, kCopy},
                                                               {Type::u16, kCopy},
                                                               {Type::u64, kCopy},
                                                               {Type::c64, kCopy},
                                                               {Type::i4, kPacked},
                                                               {Type::u4, kPacked},
                                                               {Type::i2, kPacked}});

}  // namespace samara::ops
