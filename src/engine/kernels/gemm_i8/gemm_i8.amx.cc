// AMX: tiles of 16 rows by 64 k times 64 k by 16 columns, signed bytes on both sides. Up to 32 rows
// by 32 columns are four tiles of sums. The rows of a tile are read where they lie.
#include <immintrin.h>

#include "engine/kernels/gemm_i8/gemm_i8_types.h"

namespace samara::kernels {
namespace {

/// What ldtilecfg reads: palette 1, then bytes a row and rows of each tile.
struct alignas(64) Config {
  uint8_t palette = 1, start_row = 0, reserved[14] = {};
  uint16_t row_bytes[16] = {};
  uint8_t rows[16] = {};
};
static_assert(sizeof(Config) == 64);

// Tiles 0 to 3 are sums (0, 1 of the upper rows), 4 and 5 left, 6 and 7 right.
constexpr int kUpper[] = {0, 1, 4}, kLower[] = {2, 3, 5}, kRight[] = {6, 7};

/// Sums of one or two panels from `panel`.
template <bool kTwoPanels, bool kLowerRows>
[[gnu::always_inline]] inline void block(const GemmI8Call& c, int panel) {
  const int8_t* b = c.b + panel * c.b_stride;
  const auto* a = static_cast<const char*>(c.a);
  const int32_t* init = c.init + panel * 16;
  const int32_t* init_lower = init + 16 * c.init_stride;
  const ptrdiff_t init_bytes = c.init_stride * 4;
  _tile_loadd(0, init, init_bytes);
  if (kTwoPanels) _tile_loadd(1, init + 16, init_bytes);
  if (kLowerRows) _tile_loadd(2, init_lower, init_bytes);
  if (kLowerRows && kTwoPanels) _tile_loadd(3, init_lower + 16, init_bytes);
  for (int k = 0; k < c.k; k += 64) {
    _tile_loadd(4, a + k, c.a_stride);
    _tile_loadd(6, b + k * 16, 64);
    _tile_dpbssd(0, 4, 6);
    if (kLowerRows) {
      _tile_loadd(5, a + 16 * c.a_stride + k, c.a_stride);
      _tile_dpbssd(2, 5, 6);
    }
    if (kTwoPanels) {
      _tile_loadd(7, b + c.b_stride + k * 16, 64);
      _tile_dpbssd(1, 4, 7);
      if (kLowerRows) _tile_dpbssd(3, 5, 7);
    }
  }
  int32_t* out = c.c + panel * 16;
  const ptrdiff_t out_bytes = c.c_stride * 4;
  _tile_stored(0, out, out_bytes);
  if (kTwoPanels) _tile_stored(1, out + 16, out_bytes);
  if (kLowerRows) _tile_stored(2, out + 16 * c.c_stride, out_bytes);
  if (kLowerRows && kTwoPanels) _tile_stored(3, out + 16 * c.c_stride + 16, out_bytes);
}

template <bool kLowerRows>
[[gnu::always_inline]] inline void panels(const GemmI8Call& c) {
  int p = 0;
  for (; p + 2 <= c.panels; p += 2) block<true, kLowerRows>(c, p);
  if (p < c.panels) block<false, kLowerRows>(c, p);
}

void run(const GemmI8Call& c) {
  Config config;
  for (uint16_t& bytes : config.row_bytes) bytes = 64;
  for (int i = 8; i < 16; ++i) config.row_bytes[i] = 0;  // there are 8 tiles
  const int lower = c.rows > 16 ? c.rows - 16 : 0;
  for (const int t : kUpper) config.rows[t] = uint8_t(c.rows - lower);
  for (const int t : kLower) config.rows[t] = uint8_t(lower > 0 ? lower : 1);
  for (const int t : kRight) config.rows[t] = 16;
  _tile_loadconfig(&config);
  lower > 0 ? panels<true>(c) : panels<false>(c);
  _tile_release();
}

void left(void* to, const uint8_t* from, size_t n, uint8_t flip) {
  auto* out = static_cast<uint8_t*>(to);
  const __m512i f = _mm512_set1_epi8(char(flip));
  for (; n >= 64; n -= 64, from += 64, out += 64)
    _mm512_storeu_si512(out, _mm512_xor_si512(_mm512_loadu_si512(from), f));
  if (n) {
    const __mmask64 some = (__mmask64{1} << n) - 1;
    const __m512i v = _mm512_xor_si512(_mm512_maskz_loadu_epi8(some, from), f);
    _mm512_mask_storeu_epi8(out, some, v);
  }
}

int32_t sum(const void* a, int k) {
  const auto* values = static_cast<const char*>(a);
  __m512i sums = _mm512_setzero_si512();
  for (int i = 0; i < k; i += 64)
    sums = _mm512_dpbusd_epi32(sums, _mm512_set1_epi8(1), _mm512_loadu_si512(values + i));
  return _mm512_reduce_add_epi32(sums);
}

}  // namespace

extern constinit const GemmI8 gemm_i8_amx{LeftForm::s8, 32, 16, 4, 64, run, left, sum};

}  // namespace samara::kernels
