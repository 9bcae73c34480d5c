// Filters 3 and 5 wide with stride 1 or 2 take up to six pixels at once, one vector of channels at
// a time, so that a column of the input is loaded once for all the pixels that see it. All channels
// of some pixels come before those of the next: what the filter covers of the input is then read as
// a few dozen streams, each from one end to the other. Pixels at the image's edge, of which fewer
// columns count, go one by one; those of all other filters, too, four vectors at a time.
#include "engine/kernels/dwconv_f32/dwconv_f32_types.h"
#include "engine/kernels/simd/vec.h"

namespace samara::kernels {
namespace {

/// Pixels at once: few, for small code rather than fast, where speed is not asked for.
template <bool Fused>
constexpr size_t most_pixels() {
#if defined(SAMARA_SIMD_PORTABLE)
  return 2;
#elif defined(SAMARA_SIMD_FUSED)
  return Fused ? 6 : 2;
#else
  return 6;
#endif
}

/// A vector of channels at p; a short one (the last of a row) has n of them.
template <bool Short>
SAMARA_SIMD F get(const float* p, size_t n) {
  return Short ? load_some(p, n) : load(p);
}
template <bool Short>
SAMARA_SIMD void put(float* p, F v, size_t n) {
  if (Short)
    store_some(p, v, n);
  else
    store(p, v);
}

/// v, in a register: compilers would load what several sums need for each of them.
SAMARA_SIMD F kept(F v) {
#if defined(SAMARA_SIMD_AVX512) || defined(SAMARA_SIMD_AVX2)
  asm("" : "+v"(v));
#elif defined(SAMARA_SIMD_NEON64)
  asm("" : "+w"(v));
#endif
  return v;
}

/// Pixels neighbours, n channels of them from x, w, out on.
template <bool Fused, size_t Cols, size_t Stride, size_t Pixels, bool Short>
SAMARA_SIMD void block(const DwconvF32Run& t, const float* x, const float* w, const float* bias,
                       float* out, size_t n) {
  const F from = bias ? get<Short>(bias, n) : F{};
  F acc[Pixels];
#pragma GCC unroll 8
  for (size_t p = 0; p < Pixels; ++p) acc[p] = Fused ? from : F{};
  for (size_t ky = 0; ky < t.rows; ++ky, x += t.x_row, w += t.w_row) {
    F weights[Cols];
#pragma GCC unroll 8
    for (size_t kx = 0; kx < Cols; ++kx) weights[kx] = kept(get<Short>(w + kx * t.channels, n));
#pragma GCC unroll 24
    for (size_t col = 0; col < (Pixels - 1) * Stride + Cols; ++col) {
      const F v = kept(get<Short>(x + col * t.x_col, n));
#pragma GCC unroll 8
      for (size_t p = 0; p < Pixels; ++p)
        if (col >= p * Stride && col - p * Stride < Cols)
          acc[p] = mac_as<Fused>(v, weights[col - p * Stride], acc[p]);
    }
  }
  const F lo = all(t.lo), hi = all(t.hi);
#pragma GCC unroll 8
  for (size_t p = 0; p < Pixels; ++p)
    put<Short>(out + p * t.channels, smaller(hi, larger(lo, Fused ? acc[p] : acc[p] + from)), n);
}

/// The channels from c on, fewer than a vector, of some pixels.
template <bool Fused, size_t Cols>
[[gnu::noinline]] void last_channels(const DwconvF32Run& t, size_t c, size_t first, size_t count) {
  for (size_t p = first; p < first + count; ++p)
    block<Fused, Cols, 1, 1, true>(t, t.x + c + p * t.x_pixel, t.w + c,
                                   t.bias ? t.bias + c : nullptr, t.out + c + p * t.channels,
                                   t.channels - c);
}

/// The channels of Pixels pixels, from `first` on.
template <bool Fused, size_t Cols, size_t Stride, size_t Pixels>
void pixels(const DwconvF32Run& run, size_t first) {
  const DwconvF32Run t = run;  // a copy that no store can change
  const float* const x = t.x + first * t.x_pixel;
  float* const out = t.out + first * t.channels;
  size_t c = 0;
  for (; c + kLanes <= t.channels; c += kLanes)
    block<Fused, Cols, Stride, Pixels, false>(t, x + c, t.w + c, t.bias ? t.bias + c : nullptr,
                                              out + c, kLanes);
  if (c < t.channels) last_channels<Fused, Cols>(run, c, first, Pixels);
}

/// As many pixels at once as there are left, of 6, 4, 2 and 1.
template <bool Fused, size_t Cols, size_t Stride>
void run_blocks(const DwconvF32Run& t) {
  constexpr size_t kMost = most_pixels<Fused>();
  size_t p = 0;
  if constexpr (kMost == 6) {
    for (; p + 6 <= t.pixels; p += 6) pixels<Fused, Cols, Stride, 6>(t, p);
    for (; p + 4 <= t.pixels; p += 4) pixels<Fused, Cols, Stride, 4>(t, p);
  }
  for (; p + 2 <= t.pixels; p += 2) pixels<Fused, Cols, Stride, 2>(t, p);
  if (p < t.pixels) pixels<Fused, Cols, 1, 1>(t, p);
}

template <bool Fused, size_t Cols>
void run_single(const DwconvF32Run& t) {
  for (size_t p = 0; p < t.pixels; ++p) pixels<Fused, Cols, 1, 1>(t, p);
}

template <bool Fused, size_t Vectors, bool Short>
void pixel(const DwconvF32Run& t, const float* x, float* out, size_t c, size_t n) {
  F acc[Vectors];
#pragma GCC unroll 4
  for (size_t j = 0; j < Vectors; ++j)
    acc[j] = Fused && t.bias ? get<Short>(t.bias + c + j * kLanes, n) : F{};
  for (size_t ky = 0; ky < t.rows; ++ky)
    for (size_t kx = 0; kx < t.cols; ++kx) {
      const float* v = x + ky * t.x_row + kx * t.x_col + c;
      const float* w = t.w + ky * t.w_row + kx * t.channels + c;
#pragma GCC unroll 4
      for (size_t j = 0; j < Vectors; ++j)
        acc[j] =
            mac_as<Fused>(get<Short>(v + j * kLanes, n), get<Short>(w + j * kLanes, n), acc[j]);
    }
  const F lo = all(t.lo), hi = all(t.hi);
#pragma GCC unroll 4
  for (size_t j = 0; j < Vectors; ++j) {
    const F last = !Fused && t.bias ? get<Short>(t.bias + c + j * kLanes, n) : F{};
    put<Short>(out + c + j * kLanes, smaller(hi, larger(lo, Fused ? acc[j] : acc[j] + last)), n);
  }
}

template <bool Fused>
void run(const DwconvF32Run& t) {
  if (t.cols == 3 && t.x_pixel == t.x_col) return run_blocks<Fused, 3, 1>(t);
  if (t.cols == 3 && t.x_pixel == 2 * t.x_col) return run_blocks<Fused, 3, 2>(t);
  if (t.cols == 5 && t.x_pixel == t.x_col) return run_blocks<Fused, 5, 1>(t);
  if (t.cols == 5 && t.x_pixel == 2 * t.x_col) return run_blocks<Fused, 5, 2>(t);
  if (t.cols == 2) return run_single<Fused, 2>(t);
  for (size_t p = 0; p < t.pixels; ++p) {
    const float* x = t.x + p * t.x_pixel;
    float* out = t.out + p * t.channels;
    size_t c = 0;
    for (; c + 4 * kLanes <= t.channels; c += 4 * kLanes)
      pixel<Fused, 4, false>(t, x, out, c, kLanes);
    for (; c + kLanes <= t.channels; c += kLanes) pixel<Fused, 1, false>(t, x, out, c, kLanes);
    if (c < t.channels) pixel<Fused, 1, true>(t, x, out, c, t.channels - c);
  }
}

/// Each input channel feeds `multiplier` neighbouring output channels.
void run_multiple(const DwconvF32Run& t) {
  const F lo = all(t.lo), hi = all(t.hi);
  for (size_t p = 0; p < t.pixels; ++p)
    for (size_t c = 0; c < t.channels; c += kLanes) {
      const size_t n = t.channels - c < kLanes ? t.channels - c : kLanes;
      const float* x = t.x + p * t.x_pixel;
      F sum = {};
      for (size_t ky = 0; ky < t.rows; ++ky)
        for (size_t kx = 0; kx < t.cols; ++kx) {
          const float* in = x + ky * t.x_row + kx * t.x_col;
          float v[kLanes] = {};
          for (size_t j = 0; j < n; ++j) v[j] = in[(c + j) / t.multiplier];
          const float* w = t.w + ky * t.w_row + kx * t.channels + c;
          sum = mac(load(v), n == kLanes ? load(w) : load_some(w, n), sum);
        }
      if (t.bias) sum += n == kLanes ? load(t.bias + c) : load_some(t.bias + c, n);
      store_upto(t.out + p * t.channels + c, smaller(hi, larger(lo, sum)), n);
    }
}

}  // namespace

constinit const DwconvF32 SAMARA_BODY = {
    .run = run<false>,
#if defined(SAMARA_SIMD_FUSED)
    .run_fused = run<true>,
#endif
    .run_multiple = run_multiple,
};

}  // namespace samara::kernels
