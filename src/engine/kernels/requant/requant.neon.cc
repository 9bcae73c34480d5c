// Epilogues on NEON: 4 channels at a time, their parameters in registers over all rows. Doubles
// are vectors on ARM64 alone; and floats, since ARMv7's vectors flush denormals to zero.
#include <arm_neon.h>

#include "engine/kernels/requant/requant_plain.inl"

namespace samara::kernels {
namespace {

#define SAMARA_INLINE [[gnu::always_inline]] inline

SAMARA_INLINE int32x4_t sums_at(const SumBlock& b, int row, int j) {
  const int32x4_t x = vld1q_s32(b.sums + row * b.stride + j);
  return b.row_add ? vaddq_s32(x, vdupq_n_s32(b.row_add[row])) : x;
}
SAMARA_INLINE void store_bytes(uint8_t* out, int32x4_t x) {
  const uint16x4_t words = vmovn_u32(vreinterpretq_u32_s32(x));
  const uint8x8_t bytes = vmovn_u16(vcombine_u16(words, words));
  vst1_lane_u32(reinterpret_cast<uint32_t*>(out), vreinterpret_u32_u8(bytes), 0);
}
/// What is left of a block at column j, for the portable variant.
SAMARA_INLINE SumBlock rest_of(const SumBlock& b, int j) {
  SumBlock rest = b;
  rest.sums += j;
  rest.n -= j;
  return rest;
}

void twice8(const SumBlock& b, const int32_t* multiplier, const int32_t* shift, uint8_t* out,
            ptrdiff_t out_stride) {
  const int32x4_t zero = vdupq_n_s32(b.zero), none = vdupq_n_s32(0);
  const int32x4_t low = vdupq_n_s32(b.low), high = vdupq_n_s32(b.high);
  int j = 0;
  for (; j + 4 <= b.n; j += 4) {
    const int32x4_t value = vld1q_s32(multiplier + j), s = vld1q_s32(shift + j);
    const int32x4_t left = vmaxq_s32(s, none), right = vminq_s32(s, none);
    for (int i = 0; i < b.rows; ++i) {
      int32x4_t x = vqrdmulhq_s32(vshlq_s32(sums_at(b, i, j), left), value);
      // The shift rounds ties up; one less makes negative ones go away from zero.
      const int32x4_t less = vshrq_n_s32(vandq_s32(x, right), 31);
      x = vrshlq_s32(vqaddq_s32(x, less), right);
      x = vminq_s32(vmaxq_s32(vaddq_s32(x, zero), low), high);
      store_bytes(out + i * out_stride + j, x);
    }
  }
  if (j < b.n) requant_scalar.twice8(rest_of(b, j), multiplier + j, shift + j, out + j, out_stride);
}

/// Flushed denormals are zero in the result anyway.
void once8(const SumBlock& b, const float* scale, uint8_t* out, ptrdiff_t out_stride) {
  const int32x4_t zero = vdupq_n_s32(b.zero);
  const float32x4_t low = vdupq_n_f32(float(b.low - b.zero));
  const float32x4_t high = vdupq_n_f32(float(b.high - b.zero));
  const float32x4_t ones = vdupq_n_f32(0x1.8p23f);  // a sum with it is rounded to even
  int j = 0;
  for (; j + 4 <= b.n; j += 4) {
    const float32x4_t factor = vld1q_f32(scale + j);
    for (int i = 0; i < b.rows; ++i) {
      float32x4_t x = vmulq_f32(vcvtq_f32_s32(sums_at(b, i, j)), factor);
      x = vaddq_f32(vminq_f32(vmaxq_f32(x, low), high), ones);
      const int32x4_t y = vsubq_s32(vreinterpretq_s32_f32(x), vreinterpretq_s32_f32(ones));
      store_bytes(out + i * out_stride + j, vaddq_s32(y, zero));
    }
  }
  if (j < b.n) requant_scalar.once8(rest_of(b, j), scale + j, out + j, out_stride);
}

#if defined(__aarch64__)
SAMARA_INLINE int32x2_t real(int32x2_t x, float64x2_t scale, float64x2_t low, float64x2_t high) {
  const float64x2_t v = vrndaq_f64(vmulq_f64(vcvtq_f64_s64(vmovl_s32(x)), scale));
  return vmovn_s64(vcvtq_s64_f64(vminq_f64(vmaxq_f64(v, low), high)));
}

void real8(const SumBlock& b, const double* scale, uint8_t* out, ptrdiff_t out_stride) {
  const int32x4_t zero = vdupq_n_s32(b.zero);
  const float64x2_t low = vdupq_n_f64(double(b.low) - b.zero);
  const float64x2_t high = vdupq_n_f64(double(b.high) - b.zero);
  int j = 0;
  for (; j + 4 <= b.n; j += 4) {
    const float64x2_t scale0 = vld1q_f64(scale + j), scale1 = vld1q_f64(scale + j + 2);
    for (int i = 0; i < b.rows; ++i) {
      const int32x4_t x = sums_at(b, i, j);
      const int32x4_t y = vcombine_s32(real(vget_low_s32(x), scale0, low, high),
                                       real(vget_high_s32(x), scale1, low, high));
      store_bytes(out + i * out_stride + j, vaddq_s32(y, zero));
    }
  }
  if (j < b.n) requant_scalar.real8(rest_of(b, j), scale + j, out + j, out_stride);
}

template <bool fused>
void hybrid(const SumBlock& b, const int32_t* left_zero, const int32_t* weight_sums,
            const float* row_scale, const float* scale, const float* bias, float low, float high,
            float* out, ptrdiff_t out_stride) {
  const float32x4_t lo = vdupq_n_f32(low), hi = vdupq_n_f32(high);
  int j = 0;
  for (; j + 4 <= b.n; j += 4) {
    const float32x4_t channel = vld1q_f32(scale + j);
    const float32x4_t add = bias ? vld1q_f32(bias + j) : vdupq_n_f32(0);
    const int32x4_t weights = weight_sums ? vld1q_s32(weight_sums + j) : vdupq_n_s32(0);
    for (int i = 0; i < b.rows; ++i) {
      const int32x4_t x =
          vmlsq_s32(vld1q_s32(b.sums + i * b.stride + j), weights, vdupq_n_s32(left_zero[i]));
      const float32x4_t sum = vcvtq_f32_s32(x), row = vdupq_n_f32(row_scale[i]);
      const float32x4_t y = fused ? vfmaq_f32(add, vmulq_f32(sum, row), channel)
                                  : vaddq_f32(vmulq_f32(sum, vmulq_f32(row, channel)), add);
      vst1q_f32(out + i * out_stride + j, vminq_f32(vmaxq_f32(y, lo), hi));
    }
  }
  if (j < b.n)
    (fused ? requant_scalar.hybrid_fused : requant_scalar.hybrid)(
        rest_of(b, j), left_zero, weight_sums ? weight_sums + j : nullptr, row_scale, scale + j,
        bias ? bias + j : nullptr, low, high, out + j, out_stride);
}
#else
// requant_scalar's pointers are not constants here, so these pass the call on.
void real8(const SumBlock& b, const double* scale, uint8_t* out, ptrdiff_t out_stride) {
  requant_scalar.real8(b, scale, out, out_stride);
}
template <bool fused>
void hybrid(const SumBlock& b, const int32_t* left_zero, const int32_t* weight_sums,
            const float* row_scale, const float* scale, const float* bias, float low, float high,
            float* out, ptrdiff_t out_stride) {
  (fused ? requant_scalar.hybrid_fused : requant_scalar.hybrid)(
      b, left_zero, weight_sums, row_scale, scale, bias, low, high, out, out_stride);
}
#endif
void wide16(const WideBlock& b, const int32_t* multiplier, const int32_t* shift, int16_t* out,
            ptrdiff_t out_stride) {
  requant_scalar.wide16(b, multiplier, shift, out, out_stride);
}

void widen(int64_t* to, const int32_t* from, size_t n, bool add) {
  size_t i = 0;
  for (; i + 2 <= n; i += 2) {
    int64x2_t x = vmovl_s32(vld1_s32(from + i));
    if (add) x = vaddq_s64(x, vld1q_s64(to + i));
    vst1q_s64(to + i, x);
  }
  for (; i < n; ++i) to[i] = (add ? to[i] : 0) + from[i];
}

}  // namespace

extern constinit const RequantRows requant_neon{twice8,       real8,     once8,       hybrid<false>,
                                                hybrid<true>, wide16,    widen,       gather16,
                                                add8,         products8, accumulate8, lookup8};

}  // namespace samara::kernels
