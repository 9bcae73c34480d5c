// A vector of floats as wide as the including file's instruction set, for bodies that are written
// once (x.body.inl) and compiled per set. Only ISA files and portable bodies include this.
//
// Built on the compilers' vector extension (GCC and Clang): + - * / and comparisons are the
// language's, and lanes lower to scalars where a target has no vectors. Everything is internal to
// the including file: an inline function with a name that others share would be a weak symbol, and
// the linker might keep the copy that a CPU cannot run.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(SAMARA_SIMD_PORTABLE)
#elif defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

namespace samara::kernels {
namespace {

#if defined(SAMARA_SIMD_PORTABLE)
constexpr size_t kLanes = 4;
#elif defined(__AVX512F__)
#define SAMARA_SIMD_AVX512
constexpr size_t kLanes = 16;
#elif defined(__AVX2__)
#define SAMARA_SIMD_AVX2
constexpr size_t kLanes = 8;
#else
constexpr size_t kLanes = 4;
#endif
#if !defined(SAMARA_SIMD_PORTABLE) && defined(__aarch64__)
#define SAMARA_SIMD_NEON64
#elif !defined(SAMARA_SIMD_PORTABLE) && defined(__ARM_NEON)
#define SAMARA_SIMD_NEON32
#endif

typedef float F __attribute__((vector_size(kLanes * 4)));
typedef int32_t I __attribute__((vector_size(kLanes * 4)));  // also a comparison's result: 0 or -1
typedef uint32_t U __attribute__((vector_size(kLanes * 4)));

#define SAMARA_SIMD [[gnu::always_inline, maybe_unused]] static inline

SAMARA_SIMD F load(const float* p) {
  F v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
SAMARA_SIMD void store(float* p, F v) { __builtin_memcpy(p, &v, sizeof v); }
#if defined(SAMARA_SIMD_AVX2)
SAMARA_SIMD __m256i first_lanes(size_t n) {
  static constexpr int32_t mask[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(mask + 8 - n));
}
#endif
/// The first n lanes, 0 < n < kLanes; the others are `rest`.
SAMARA_SIMD F load_some(const float* p, size_t n, float rest = 0) {
#if defined(SAMARA_SIMD_AVX512)
  return F(_mm512_mask_loadu_ps(_mm512_set1_ps(rest), __mmask16((1u << n) - 1), p));
#elif defined(SAMARA_SIMD_AVX2)
  const __m256i mask = first_lanes(n);
  return F(_mm256_blendv_ps(_mm256_set1_ps(rest), _mm256_maskload_ps(p, mask),
                            _mm256_castsi256_ps(mask)));
#else
  float buffer[kLanes];
  for (size_t i = 0; i < kLanes; ++i) buffer[i] = i < n ? p[i] : rest;
  return load(buffer);
#endif
}
SAMARA_SIMD void store_some(float* p, F v, size_t n) {
#if defined(SAMARA_SIMD_AVX512)
  _mm512_mask_storeu_ps(p, __mmask16((1u << n) - 1), __m512(v));
#elif defined(SAMARA_SIMD_AVX2)
  _mm256_maskstore_ps(p, first_lanes(n), __m256(v));
#else
  float buffer[kLanes];
  store(buffer, v);
  for (size_t i = 0; i < n; ++i) p[i] = buffer[i];
#endif
}
/// The first n lanes, at most kLanes.
SAMARA_SIMD void store_upto(float* p, F v, size_t n) {
  if (n >= kLanes)
    store(p, v);
  else if (n)
    store_some(p, v, n);
}
SAMARA_SIMD F all(float x) {
#if defined(SAMARA_SIMD_AVX512)
  return F(_mm512_set1_ps(x));
#elif defined(SAMARA_SIMD_AVX2)
  return F(_mm256_set1_ps(x));
#else
  return F{x, x, x, x};
#endif
}
SAMARA_SIMD F bits(I v) { return F(v); }
SAMARA_SIMD I bits(F v) { return I(v); }
SAMARA_SIMD F choose(I mask, F yes, F no) { return F((mask & I(yes)) | (~mask & I(no))); }

/// b where either is a NaN, as std::max(b, a) has it.
SAMARA_SIMD F larger(F a, F b) {
#if defined(SAMARA_SIMD_AVX512)
  return F(_mm512_max_ps(__m512(a), __m512(b)));
#elif defined(SAMARA_SIMD_AVX2)
  return F(_mm256_max_ps(__m256(a), __m256(b)));
#else
  return choose(a > b, a, b);
#endif
}
SAMARA_SIMD F smaller(F a, F b) {
#if defined(SAMARA_SIMD_AVX512)
  return F(_mm512_min_ps(__m512(a), __m512(b)));
#elif defined(SAMARA_SIMD_AVX2)
  return F(_mm256_min_ps(__m256(a), __m256(b)));
#else
  return choose(a < b, a, b);
#endif
}
SAMARA_SIMD F square_root(F v) {
#if defined(SAMARA_SIMD_AVX512)
  return F(_mm512_sqrt_ps(__m512(v)));
#elif defined(SAMARA_SIMD_AVX2)
  return F(_mm256_sqrt_ps(__m256(v)));
#elif defined(SAMARA_SIMD_NEON64)
  return F(vsqrtq_f32(float32x4_t(v)));
#else
  for (size_t i = 0; i < kLanes; ++i) v[i] = __builtin_sqrtf(v[i]);
  return v;
#endif
}
/// a * b + c, rounded twice on every instruction set, so that all give the same bits.
SAMARA_SIMD F muladd(F a, F b, F c) { return a * b + c; }
/// The same for sums of products: ARMv7's vector instructions take subnormal numbers for zero.
SAMARA_SIMD F mac(F a, F b, F c) {
#if defined(SAMARA_SIMD_NEON32)
  return F(vaddq_f32(float32x4_t(c), vmulq_f32(float32x4_t(a), float32x4_t(b))));
#else
  return a * b + c;
#endif
}
#if defined(SAMARA_SIMD_AVX512) || defined(SAMARA_SIMD_AVX2) || defined(SAMARA_SIMD_NEON64)
#define SAMARA_SIMD_FUSED
/// a * b + c, rounded once.
SAMARA_SIMD F fused_mac(F a, F b, F c) {
#if defined(SAMARA_SIMD_AVX512)
  return F(_mm512_fmadd_ps(__m512(a), __m512(b), __m512(c)));
#elif defined(SAMARA_SIMD_AVX2)
  return F(_mm256_fmadd_ps(__m256(a), __m256(b), __m256(c)));
#else
  return F(vfmaq_f32(float32x4_t(c), float32x4_t(a), float32x4_t(b)));
#endif
}
#endif
template <bool Fused>
SAMARA_SIMD F mac_as(F a, F b, F c) {
#if defined(SAMARA_SIMD_FUSED)
  if constexpr (Fused) return fused_mac(a, b, c);
#endif
  return mac(a, b, c);
}
SAMARA_SIMD I to_int(F v) { return __builtin_convertvector(v, I); }
SAMARA_SIMD F to_float(I v) { return __builtin_convertvector(v, F); }

}  // namespace
}  // namespace samara::kernels
