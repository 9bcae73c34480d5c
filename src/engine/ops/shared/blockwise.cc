#include "engine/ops/shared/blockwise.h"

#include <algorithm>
#include <cstring>

#include "engine/kernels/half/half.h"
#include "engine/ops/shared/integer_layer.h"
#include "engine/ops/shared/parallel.h"
#include "engine/ops/shared/rounded_once.h"

namespace samara::ops {

Result<BlockScales> BlockScales::of(const Operands& n, const Tensor& t) {
  BlockScales s;
  s.block_ = t.quant.block_size;
  s.scales_ = &n.tensor(t.quant.block_scales);
  const auto wrong = [&](auto... parts) {
    return Error(Code::invalid_model,
                 cat("'", t.name, "' of shape ", t.shape.text(), " ", parts...));
  };
  if (t.shape.rank() != 2 || s.block_ < 1 || t.shape[1] % s.block_ != 0)
    return wrong("cannot be quantized in blocks of ", s.block_);
  if (int64_t{s.block_} * bits(t.type) % 8 != 0)
    return Error(Code::unsupported, cat("blocks of ", s.block_, " values of type ", name(t.type),
                                        " do not end with a byte"));
  s.blocks_ = t.shape[1] / s.block_;
  const Tensor& scales = *s.scales_;
  if (scales.type != Type::f16 && scales.type != Type::f32)
    return wrong("has block scales of type ", name(scales.type));
  if (!scales.constant || scales.shape.elements() != t.shape[0] * s.blocks_)
    return wrong("has ", scales.constant ? scales.shape.elements() : 0, " constant scales for ",
                 t.shape[0] * s.blocks_, " blocks");
  return s;
}

float BlockScales::operator[](int64_t i) const {
  if (scales_->type == Type::f32) return reinterpret_cast<const float*>(scales_->data)[i];
  return kernels::half_to_float(reinterpret_cast<const uint16_t*>(scales_->data)[i]);
}

Status BlockwiseLayer::infer(Infer& n, int64_t rows) {
  const Tensor& weights = n.in(1);
  TRY(n.has_type(weights, {Type::i8, Type::i4, Type::i2}));
  if (!weights.constant)
    return Error(Code::unsupported, cat("'", weights.name,
                                        "' is quantized in blocks, but no "
                                        "constant"));
  TRY(BlockScales::of(n, weights));
  TRY(infer_row_quant(n, rows));
  return n.scratch(3, n.in(0).shape.elements());
}

namespace {

/// Whether XNNPACK takes the layer.
bool takes_blocks(const Operands& n, int32_t block) {
  const Quantization& q = n.in(1).quant;
  return rounds_once(n) && n.in(1).type == Type::i4 && block % 32 == 0 &&
         n.tensor(q.block_scales).type == Type::f16 && (!n.has(2) || n.in(2).constant);
}

}  // namespace

Status BlockwiseLayer::prepare(Prepare& n, int64_t rows, Range<float> range) {
  const Tensor& weights = n.in(1);
  TRY_SET(const BlockScales scales, BlockScales::of(n, weights));
  const kernels::GemmI8& kernel = matrix_kernel(n);
  const int32_t units = weights.shape[0], depth = weights.shape[1];
  rows_ = rows;
  units_ = units;
  blocks_ = scales.blocks();
  range_ = range;
  const bool taken = takes_blocks(n, scales.block());
  rule_ = taken ? RowRule::even : RowRule::asymmetric;
  matrix_ = {.geometry = kernels::matrix_geometry(int32_t(rows), scales.block(), units),
             .kernel = &kernel,
             .layout = kernels::packed_i8_layout(kernel, 1, units, scales.block())};
  const auto aligned =
      matrix_.layout.bytes < 0 ? std::nullopt : align_up(uint64_t(matrix_.layout.bytes), 64);
  const auto bytes = aligned ? checked_mul<int64_t>(int64_t(*aligned), blocks_) : std::nullopt;
  if (!bytes) return Error(Code::resource_exhausted, "weights are too large to pack");
  block_bytes_ = int64_t(*aligned);
  const auto pack = [&](std::byte* memory) {
    kernels::PackI8 how{.form = weight_form(weights.type),
                        .row_step = depth,
                        .left_zero = kernels::inner_zero_point(kernel.form, false, 0)};
    for (int64_t b = 0; b < blocks_; ++b, memory += block_bytes_) {
      how.weights = weights.data + b * scales.block() * bits(weights.type) / 8;
      kernels::pack_i8(kernel, matrix_.layout, how, memory);
    }
    return ok();
  };
  TRY_SET(packed_, n.packed("weights", *bytes, pack));
  const auto fill = [&](std::byte* memory) {
    auto* by_block = reinterpret_cast<float*>(memory);
    float* sums = by_block + blocks_ * units;
    for (int64_t u = 0; u < units; ++u) {
      sums[u] = 0;
      for (int64_t b = 0; b < blocks_; ++b) {
        const auto* block_sums =
            reinterpret_cast<const int32_t*>(packed_ + b * block_bytes_ + matrix_.layout.sums);
        const float scale = scales[u * blocks_ + b];
        by_block[b * units + u] = taken ? float(kernels::BFloat16(scale)) : scale;
        sums[u] += by_block[b * units + u] * float(block_sums[u]);
      }
    }
    return ok();
  };
  TRY_SET(const std::byte* const floats,
          n.packed("scales", (blocks_ + 1) * int64_t{units} * 4, fill));
  scales_ = reinterpret_cast<const float*>(floats);
  sums_ = scales_ + blocks_ * units;
  return ok();
}

void BlockwiseLayer::run(Run& n, const float* bias) const {
  const RowQuants quantized = quantize_rows(n, rows_, rule_);
  const size_t block = size_t(matrix_.geometry.in_c), depth = block * size_t(blocks_);
  auto* by_block = reinterpret_cast<int8_t*>(n.scratch(3).data());
  for (size_t b = 0; b < size_t(blocks_); ++b)
    for (size_t r = 0; r < size_t(rows_); ++r)
      std::memcpy(by_block + (b * size_t(rows_) + r) * block,
                  quantized.values + r * depth + b * block, block);
  const auto out = n.view<float>(n.out(0));
  std::fill(out.begin(), out.end(), 0.0f);
  const int32_t pad = 0;
  for (int64_t b = 0; b < blocks_; ++b) {
    const float* scales = scales_ + b * units_;
    const auto add = [&](const kernels::SumTile& tile) {
      for (int r = 0; r < tile.rows; ++r) {
        float* to = out.data() + (tile.row + r) * units_ + tile.channel;
        const int32_t* sums = tile.sums + r * tile.stride;
        for (int i = 0; i < tile.n; ++i) to[i] += float(sums[i]) * scales[tile.channel + i];
      }
    };
    matrix_.run(by_block + size_t(b) * size_t(rows_) * block, packed_ + b * block_bytes_, &pad, 0,
                n.pool(), add);
  }
  const auto finish = [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) {
      const kernels::RowQuant& row = quantized.quants[r];
      for (int64_t u = 0; u < units_; ++u) {
        float& x = out[size_t(r * units_ + u)];
        x = (x - float(row.zero) * sums_[u]) * row.scale;
        x = range_.clamp(bias ? x + bias[u] : x);
      }
    }
  };
  for_elements(n.pool(), rows_, finish, units_);
}

}  // namespace samara::ops
