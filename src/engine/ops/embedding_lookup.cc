// EMBEDDING_LOOKUP: the rows of input 1 that the indices in input 0 name. Tables of 8, 4 or 2 bits
// with a float output are dequantised by the scale of the table, of the row, or of blocks within
// the row. Builtin 7, versions 1 to 5.
// Rules from: LiteRT tflite/kernels/embedding_lookup.cc: indices out of range are an error,
// quantization is symmetric. Rows that do not begin with a byte, which LiteRT reads from the byte
// before, are read from where they are.
#include <algorithm>
#include <cstring>

#include "engine/graph/poller.h"
#include "engine/ops/shared/blockwise.h"
#include "engine/ops/shared/floats.h"
#include "engine/ops/shared/indices.h"
#include "engine/ops/shared/move.h"
#include "engine/ops/shared/packed_bits.h"

namespace samara::ops {
namespace {

constexpr Type kTypes[] = {Type::f32, Type::i8,   Type::u8,      Type::i16, Type::i32, Type::i64,
                           Type::f16, Type::bf16, Type::boolean, Type::c64, Type::f64, Type::u16,
                           Type::u32, Type::u64,  Type::c128,    Type::i4,  Type::u4,  Type::i2};

bool dequantises(const Operands& n) {
  const Type table = n.in(1).type;
  return is_float(n.out(0).type) && (table == Type::i8 || table == Type::u8 || table == Type::i4 ||
                                     table == Type::u4 || table == Type::i2);
}

Status check_scales(const Operands& n, const Tensor& table) {
  const Quantization& q = table.quant;
  if (q.block_size > 0) {
    TRY(BlockScales::of(n, table));
    return ok();
  }
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
  const int64_t row_bits = table.shape.range(1, table.shape.rank()) * bits(table.type);
  if (dequantises(n)) {
    TRY(check_scales(n, table));
  } else {
    TRY(n.same_type(table, n.out(0)));
    if (row_bits % 8 != 0)
      return Error(Code::unsupported, cat("the rows of the table '", table.name, "' of shape ",
                                          table.shape.text(), " do not end with a byte"));
  }
  if (n.known(0)) TRY(check_indices(n, 0, table.shape[0]));
  Shape shape = table.shape;
  shape[0] = n.in(0).shape[0];
  return n.set_shape(n.out(0), shape);
}

/// Values [first, first + count) of the table times `scale`.
void dequantise(const Tensor& table, int64_t first, int64_t count, float scale, float* to) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(table.data);
  const int width = bits(table.type);
  if (table.type == Type::u8) {
    for (int64_t i = 0; i < count; ++i) to[i] = float(bytes[first + i]) * scale;
  } else if (table.type == Type::i8) {
    for (int64_t i = 0; i < count; ++i) to[i] = float(int8_t(bytes[first + i])) * scale;
  } else {
    const bool is_unsigned = table.type == Type::u4;
    for (int64_t i = 0; i < count; ++i)
      to[i] = float(unpack_bits(bytes, first + i, width, is_unsigned)) * scale;
  }
}

Status dequantise_rows(Run& n) {
  const Tensor& table = n.in(1);
  const Quantization& q = table.quant;
  const int64_t width = table.shape.range(1, table.shape.rank());
  const auto indices = n.view<const int32_t>(n.in(0));
  BlockScales blocks;
  if (q.block_size > 0) {
    TRY_SET(blocks, BlockScales::of(n, table));
  }
  const Tensor& out = n.out(0);
  const int64_t out_size = element_size(out.type);
  // Pieces of one scale, through a buffer where floats are rounded once more.
  constexpr int64_t kPiece = 256;
  float buffer[kPiece];
  Poller poll(n);
  for (size_t i = 0; i < indices.size(); ++i) {
    const int64_t row = indices[i];
    for (int64_t at = 0; at < width;) {
      int64_t count = std::min(kPiece, width - at);
      TRY(poll(kPiece));
      float scale = 0;
      if (q.block_size > 0) {
        count = std::min<int64_t>(count, blocks.block() - at % blocks.block());
        scale = blocks[row * blocks.blocks() + at / blocks.block()];
      } else {
        scale = q.scales[q.scales.size() > 1 ? size_t(row) : 0];
      }
      std::byte* to = out.data + (int64_t(i) * width + at) * out_size;
      if (out.type == Type::f32) {
        dequantise(table, row * width + at, count, scale, reinterpret_cast<float*>(to));
      } else {
        dequantise(table, row * width + at, count, scale, buffer);
        from_floats(out.type, buffer, count, to);
      }
      at += count;
    }
  }
  return ok();
}

Status run(const NoParams&, Run& n) {
  const Tensor& table = n.in(1);
  if (!n.in(0).constant) TRY(check_indices(n, 0, table.shape[0]));
  if (dequantises(n)) return dequantise_rows(n);
  const int64_t bytes = table.shape.range(1, table.shape.rank()) * bits(table.type) / 8;
  const auto indices = n.view<const int32_t>(n.in(0));
  Poller poll(n);
  for (size_t i = 0; i < indices.size() && bytes > 0; ++i) {
    TRY(poll(4 + bytes / 16));
    std::memcpy(n.out(0).data + int64_t(i) * bytes, table.data + indices[i] * bytes, size_t(bytes));
  }
  return ok();
}

}  // namespace

extern constinit const OpDef embedding_lookup = define_mover<NoParams, parse_none, infer, run>(
    {.name = "EMBEDDING_LOOKUP", .code = 7, .versions = {1, 5}}, kTypes, 1);

}  // namespace samara::ops
