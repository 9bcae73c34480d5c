// Fixed-point results of 8-bit operators: sums or products of 32 bits, by blocks that stay in the
// first-level cache, times one multiplier on the vector epilogue of engine/kernels/requant.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "engine/kernels/requant/requant_kernels.h"
#include "engine/ops/shared/activation.h"

namespace samara::ops {

/// out[i] = clamp(rescale(value i, m) + zero) for i in [0, count), where fill(values, first, some)
/// gives `some` values from the one numbered `first`; `range` includes the zero point. All of a
/// block's values are taken before its results are written.
template <class Fill>
void rescale_bytes(size_t count, kernels::Multiplier m, int32_t zero, Range<int32_t> range,
                   uint8_t* out, const Fill& fill) {
  constexpr size_t kBlock = 512;
  constexpr int kColumns = 16;  // the epilogue has a multiplier a column; here all are the same
  int32_t multiplier[kColumns], shift[kColumns];
  std::fill(multiplier, multiplier + kColumns, m.value);
  std::fill(shift, shift + kColumns, m.shift);
  const kernels::RequantRows& epilogue = *kernels::requant_rows().kernels;
  int32_t sums[kBlock];
  kernels::SumBlock b{
      .sums = sums, .stride = kColumns, .zero = zero, .low = range.low, .high = range.high};
  for (size_t i = 0; i < count; i += kBlock) {
    const size_t some = std::min(kBlock, count - i);
    fill(sums, i, some);
    b.sums = sums;
    b.rows = int(some / kColumns);
    b.n = kColumns;
    epilogue.twice8(b, multiplier, shift, out + i, kColumns);
    const size_t done = some / kColumns * kColumns;
    if (done == some) continue;
    b.sums = sums + done;
    b.rows = 1;
    b.n = int(some - done);
    epilogue.twice8(b, multiplier, shift, out + i + done, kColumns);
  }
}

}  // namespace samara::ops
