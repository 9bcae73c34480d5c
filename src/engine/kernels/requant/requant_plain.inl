// Loops that compilers turn into vectors by themselves, for the including file's instruction set.
#include "engine/kernels/requant/requant_types.h"

namespace samara::kernels {
namespace {

void gather16(const int32_t* from, int32_t multiplier, int shift, int16_t* to, size_t n) {
  const int left = shift > 0 ? shift : 0, right = shift > 0 ? 0 : -shift;
  const auto mask = int32_t((int64_t{1} << right) - 1);
  for (size_t i = 0; i < n; ++i) {
    // rescale() of requant.h.
    const auto x = int32_t(uint32_t(from[i]) << left);
    const auto high = int32_t((int64_t{x} * multiplier + (int64_t{1} << 30)) >> 31);
    const int32_t up = (high & mask) > (mask >> 1) + (high < 0 ? 1 : 0) ? 1 : 0;
    int32_t y = (high >> right) + up;
    y = y < -65536 ? -65536 : y > 65536 ? 65536 : y;  // the sum cannot overflow then
    y += to[i];
    to[i] = int16_t(y < -32768 ? -32768 : y > 32767 ? 32767 : y);
  }
}

/// Signed bytes are read as unsigned ones, 128 above what they are.
[[maybe_unused]] void add8(const SumOfTwo& s, const uint8_t* a, const uint8_t* b, uint8_t* out,
                           size_t n) {
  const int32_t bias = s.is_unsigned ? 0 : 128;
  const int32_t by0 = s.factor[0], by1 = s.factor[1], zero = s.zero, low = s.low, high = s.high;
  const auto start = int32_t(uint32_t(s.start) - uint32_t(bias) * (uint32_t(by0) + uint32_t(by1)));
  const int shift = s.shift;
  for (size_t i = 0; i < n; ++i) {
    const uint32_t sum = uint32_t(by0) * uint32_t(a[i] ^ bias) +
                         uint32_t(by1) * uint32_t(b[i] ^ bias) + uint32_t(start);
    const int32_t y = (int32_t(sum) >> shift) + zero;
    out[i] = uint8_t(y < low ? low : y > high ? high : y);
  }
}

[[maybe_unused]] void products8(const uint8_t* a, int32_t a_zero, const uint8_t* b, int32_t b_zero,
                                bool is_unsigned, int32_t* __restrict out, size_t n) {
  const int32_t bias = is_unsigned ? 0 : 128;
  a_zero += bias;
  b_zero += bias;
  for (size_t i = 0; i < n; ++i) out[i] = ((a[i] ^ bias) - a_zero) * ((b[i] ^ bias) - b_zero);
}

[[maybe_unused]] void accumulate8(const uint8_t* in, ptrdiff_t stride, size_t rows,
                                  bool is_unsigned, int32_t* __restrict sums, size_t n) {
  const int32_t bias = is_unsigned ? 0 : 128;
  for (size_t r = 0; r < rows; ++r, in += stride)
    for (size_t i = 0; i < n; ++i) sums[i] += (in[i] ^ bias) - bias;
}

[[maybe_unused]] void lookup8(const uint8_t* table, const uint8_t* in, uint8_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = table[in[i]];
}

}  // namespace
}  // namespace samara::kernels
