// Fixed-point results of 8-bit operators: sums or products of 32 bits, by blocks that stay in the
// first-level cache, times one multiplier on the vector epilogue of engine/kernels/requant.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "engine/kernels/requant/requant_kernels.h"
#include "engine/ops/shared/activation.h"

namespace samara::ops {

/// out[i] = clamp(value i rounded by `epilogue`), where fill(values, first, some) gives `some` values
/// from the one numbered `first`, and epilogue(block, out) writes a block of `kRescaleColumns`
/// columns or less. All of a block's values are taken before its results are written.
constexpr int kRescaleColumns = 16;
constexpr size_t kRescaleBlock = 512;
template <class Fill, class Epilogue>
void blocks_to_bytes(size_t count, int32_t zero, Range<int32_t> range, uint8_t* out,
                     const Fill& fill, const Epilogue& epilogue) {
  int32_t sums[kRescaleBlock];
  kernels::SumBlock b{
      .sums = sums, .stride = kRescaleColumns, .zero = zero, .low = range.low, .high = range.high};
  for (size_t i = 0; i < count; i += kRescaleBlock) {
    const size_t some = std::min(kRescaleBlock, count - i);
    fill(sums, i, some);
    b.sums = sums;
    b.rows = int(some / kRescaleColumns);
    b.n = kRescaleColumns;
    epilogue(b, out + i);
    const size_t done = some / kRescaleColumns * kRescaleColumns;
    if (done == some) continue;
    b.sums = sums + done;
    b.rows = 1;
    b.n = int(some - done);
    epilogue(b, out + i + done);
  }
}

/// Values times one multiplier, rounded twice; `range` includes the zero point.
template <class Fill>
void rescale_bytes(size_t count, kernels::Multiplier m, int32_t zero, Range<int32_t> range,
                   uint8_t* out, const Fill& fill) {
  int32_t multiplier[kRescaleColumns], shift[kRescaleColumns];
  std::fill(multiplier, multiplier + kRescaleColumns, m.value);
  std::fill(shift, shift + kRescaleColumns, m.shift);
  const kernels::RequantRows& rows = *kernels::requant_rows().kernels;
  blocks_to_bytes(count, zero, range, out, fill, [&](const kernels::SumBlock& b, uint8_t* to) {
    rows.twice8(b, multiplier, shift, to, kRescaleColumns);
  });
}

/// Values times one float, rounded once.
template <class Fill>
void rescale_bytes(size_t count, float scale, int32_t zero, Range<int32_t> range, uint8_t* out,
                   const Fill& fill) {
  float scales[kRescaleColumns];
  std::fill(scales, scales + kRescaleColumns, scale);
  const kernels::RequantRows& rows = *kernels::requant_rows().kernels;
  blocks_to_bytes(count, zero, range, out, fill, [&](const kernels::SumBlock& b, uint8_t* to) {
    rows.once8(b, scales, to, kRescaleColumns);
  });
}

}  // namespace samara::ops
