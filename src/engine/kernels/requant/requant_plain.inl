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

/// `Byte` says what the stored bytes are.
template <class Byte>
[[gnu::always_inline]] inline void add_bytes(const SumOfTwo& s, const uint8_t* a, const uint8_t* b,
                                             uint8_t* out, size_t n) {
  const int32_t by0 = s.factor[0], by1 = s.factor[1], start = s.start, zero = s.zero;
  const int32_t low = s.low, high = s.high;
  const int shift = s.shift;
  for (size_t i = 0; i < n; ++i) {
    const int32_t y = ((by0 * Byte(a[i]) + by1 * Byte(b[i]) + start) >> shift) + zero;
    out[i] = uint8_t(y < low ? low : y > high ? high : y);
  }
}
void add8(const SumOfTwo& s, const uint8_t* a, const uint8_t* b, uint8_t* out, size_t n) {
  s.is_unsigned ? add_bytes<uint8_t>(s, a, b, out, n) : add_bytes<int8_t>(s, a, b, out, n);
}

}  // namespace
}  // namespace samara::kernels
