// EMBEDDING_LOOKUP: the rows of input 1 that the indices in input 0 name; 8-bit tables with a
// float32 output are dequantised by the scale of the table or of the row. Builtin 7, versions 1 to
// 5. Rules from: LiteRT tflite/kernels/embedding_lookup.cc: indices out of range are an error,
// quantization is symmetric.
#include <algorithm>
#include <cstring>

#include "engine/ops/shared/indices.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

bool dequantises(const Operands& n) {
  const Type table = n.in(1).type;
  return n.out(0).type == Type::f32 && (table == Type::i8 || table == Type::u8);
}

Status check_scales(const Tensor& table) {
  const Quantization& q = table.quant;
  const bool per_row = q.scales.size() > 1;
  if (q.scales.empty() || (per_row && (q.axis != 0 || int64_t(q.scales.size()) != table.shape[0])))
    return Error(Code::invalid_model,
                 cat("'", table.name, "' has ", q.scales.size(), " scales along dimension ", q.axis,
                     " of ", table.shape.text(), "; it needs one, or one a row"));
  for (const int32_t z : q.zero_points)
    if (z != 0)
      return Error(Code::unsupported, cat("'", table.name, "' has the zero point ", z,
                                          "; only symmetric tables are looked up"));
  return ok();
}

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(2, 1));
  TRY(n.has_type(n.in(0), {Type::i32}));
  TRY(n.has_rank(n.in(0), 1));
  const Tensor& table = n.in(1);
  if (table.shape.rank() < 2)
    return Error(Code::invalid_model, cat("the table '", table.name, "' has shape ",
                                          table.shape.text(), "; it must have rank 2 or more"));
  if (dequantises(n)) {
    TRY(check_scales(table));
  } else {
    TRY(n.same_type(table, n.out(0)));
  }
  if (n.known(0)) TRY(check_indices(n, 0, table.shape[0]));
  Shape shape = table.shape;
  shape[0] = n.in(0).shape[0];
  return n.set_shape(n.out(0), shape);
}

template <class T>
void dequantise(const T* from, float scale, float* to, int64_t count) {
  for (int64_t i = 0; i < count; ++i) to[i] = float(from[i]) * scale;
}

Status run(const NoParams&, Run& n) {
  const Tensor& table = n.in(1);
  if (!n.in(0).constant) TRY(check_indices(n, 0, table.shape[0]));
  const int64_t width = table.shape.range(1, table.shape.rank());
  const int64_t bytes = width * element_size(table.type);
  const auto indices = n.view<const int32_t>(n.in(0));
  const bool dequantised = dequantises(n);
  for (size_t i = 0; i < indices.size() && width > 0; ++i) {
    const std::byte* from = table.data + indices[i] * bytes;
    if (!dequantised) {
      std::memcpy(n.out(0).data + int64_t(i) * bytes, from, size_t(bytes));
      continue;
    }
    const auto& scales = table.quant.scales;
    const float scale = scales[scales.size() > 1 ? size_t(indices[i]) : 0];
    float* to = n.out_data<float>(0) + int64_t(i) * width;
    if (table.type == Type::i8) {
      dequantise(reinterpret_cast<const int8_t*>(from), scale, to, width);
    } else {
      dequantise(reinterpret_cast<const uint8_t*>(from), scale, to, width);
    }
  }
  return ok();
}

}  // namespace

extern constinit const OpDef embedding_lookup = define_mover<NoParams, parse_none, infer, run>(
    {.name = "EMBEDDING_LOOKUP", .code = 7, .versions = {1, 5}}, kFixedSize, 1);

}  // namespace samara::ops
