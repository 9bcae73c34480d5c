#include "engine/ops/shared/hybrid_matrix.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/kernels/requant/requant_kernels.h"

namespace samara::ops {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

}  // namespace

bool HybridMatrix::takes(const Tensor& weights) {
  const auto& scales = weights.quant.scales;
  if (weights.type != Type::i8 || !weights.constant || weights.sparse ||
      weights.shape.rank() != 2 || weights.shape.elements() == 0)
    return false;
  const bool rows = scales.size() == size_t(weights.shape[0]) && weights.quant.axis == 0;
  return (scales.size() == 1 || rows) &&
         std::ranges::all_of(scales, [](float s) { return std::isfinite(s) && s > 0; }) &&
         std::ranges::all_of(weights.quant.zero_points, [](int32_t z) { return z == 0; });
}

std::optional<int64_t> HybridMatrix::scratch_bytes(int64_t rows, int64_t depth) {
  const auto values = checked_mul(rows, depth);
  const auto quants = checked_mul<int64_t>(rows, sizeof(kernels::RowQuant));
  return values && quants ? checked_add(*values, *quants) : std::nullopt;
}

Status HybridMatrix::prepare(Prepare& n, std::string_view what, const Tensor& weights,
                             bool asymmetric) {
  const kernels::GemmI8& kernel = *kernels::gemm_i8().kernels;
  const int32_t columns = weights.shape[0], depth = weights.shape[1];
  rule_ = n.numerics() == Numerics::xnnpack ? RowRule::even
          : asymmetric                      ? RowRule::asymmetric
                                            : RowRule::symmetric;
  matrix_ = {.geometry = kernels::matrix_geometry(1, depth, columns),
             .kernel = &kernel,
             .layout = kernels::packed_i8_layout(kernel, 1, columns, depth)};
  const int64_t size = matrix_.layout.bytes;
  const auto all =
      size < 0 ? std::nullopt : checked_add<int64_t>(size, int64_t{columns} * 4 + alignof(float));
  if (!all) return Error(Code::resource_exhausted, "weights are too large to pack");
  const int64_t scales_at = (size + 3) / 4 * 4;
  TRY_SET(packed_, n.packed(what, *all, [&](std::byte* memory) -> Status {
    kernels::pack_i8(kernel, matrix_.layout, {.weights = weights.data, .row_step = depth}, memory);
    const auto& scales = weights.quant.scales;
    auto* const out = reinterpret_cast<float*>(memory + scales_at);
    for (int32_t i = 0; i < columns; ++i) out[i] = scales[scales.size() > 1 ? size_t(i) : 0];
    return ok();
  }));
  scales_ = reinterpret_cast<const float*>(packed_ + scales_at);
  return ok();
}

void HybridMatrix::run(const float* rows, int64_t count, const float* bias, std::byte* scratch,
                       float* out, ThreadPool& pool) const {
  const auto depth = size_t(matrix_.layout.k);
  auto* const quants = reinterpret_cast<kernels::RowQuant*>(scratch);
  auto* const values = reinterpret_cast<int8_t*>(quants + count);
  const auto quantize = rule_ == RowRule::even         ? kernels::quantize_even
                        : rule_ == RowRule::asymmetric ? kernels::quantize_asymmetric
                                                       : kernels::quantize_symmetric;
  for (size_t i = 0; i < size_t(count); ++i)
    quants[i] = quantize(rows + i * depth, depth, values + i * depth);

  kernels::ConvI8 matrix = matrix_;
  matrix.geometry = kernels::matrix_geometry(int32_t(count), int32_t(depth), matrix_.layout.n);
  const int32_t pad = 0, shift = kernels::inner_zero_point(matrix.kernel->form, false, 0);
  const auto* const sums = reinterpret_cast<const int32_t*>(packed_ + matrix.layout.sums);
  const kernels::RequantRows& epilogue = *kernels::requant_rows().kernels;
  const auto finish = rule_ == RowRule::even ? epilogue.hybrid_fused : epilogue.hybrid;
  const int64_t columns = matrix.layout.n;
  matrix.run(values, packed_, &pad, 0, pool, [&](const kernels::SumTile& tile) {
    int32_t zeros[kernels::kMostTileRows];
    float scales[kernels::kMostTileRows];
    for (int i = 0; i < tile.rows; ++i) {
      zeros[i] = quants[tile.row + i].zero + shift;
      scales[i] = quants[tile.row + i].scale;
    }
    finish({.sums = tile.sums, .stride = tile.stride, .rows = tile.rows, .n = tile.n}, zeros,
           sums + tile.column, scales, scales_ + tile.channel, bias ? bias + tile.channel : nullptr,
           -kInfinity, kInfinity, out + tile.row * columns + tile.channel, ptrdiff_t(columns));
  });
}

}  // namespace samara::ops
