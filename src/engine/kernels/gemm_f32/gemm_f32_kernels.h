// Float matrix products with packed weights: CONV_2D, FULLY_CONNECTED for several rows, matmul.
//
//   prepare:  packed = memory for gemm_f32_packed_floats(n, k) floats;
//             gemm_f32_pack(w, k, 1, bias, n, k, packed)
//   run:      gemm_f32({.m = m, .n = n, .k = k, .a = x, ...}, packed, pool)
//             conv_f32(geometry, input, packed, output, lo, hi, pool)
//
// Sums run over K in order, each output element on its own. Without fused multiplication the bits
// are those of LiteRT's reference kernels on every instruction set, at every thread count. Fused ones
// are faster (twice on most CPUs) and nearer to the exact sum, but a deep network turns the
// difference into more than 1e-5 of a tensor's range; CPUs that cannot fuse round twice all the same.
// The packed form depends on the instruction set alone.
#pragma once

#include <optional>

#include "engine/kernels/conv_geometry.h"
#include "engine/kernels/gemm_f32/gemm_f32_types.h"
#include "engine/kernels/variants.h"
#include "samara/base/thread_pool.h"

namespace samara::kernels {

std::span<const Variant<GemmF32>> gemm_f32_variants();
const Variant<GemmF32>& gemm_f32_variant(uint32_t isa = cpu_isa());

/// Floats of the packed form of n columns of k weights; none on overflow.
std::optional<int64_t> gemm_f32_packed_floats(int64_t n, int64_t k,
                                              const GemmF32& = *gemm_f32_variant().kernels);
/// Packs w[col * n_stride + i * k_stride] and the bias (null: zeros) of each column.
void gemm_f32_pack(const float* w, size_t n_stride, size_t k_stride, const float* bias, size_t n,
                   size_t k, float* packed, const GemmF32& = *gemm_f32_variant().kernels);

struct GemmF32Args {
  size_t m = 0, n = 0, k = 0;
  const float* a = nullptr;  // m rows of k
  size_t a_stride = 0;       // floats from row to row
  float* c = nullptr;        // m rows of n
  size_t c_stride = 0;
  float lo = 0, hi = 0;  // clamp; infinities change nothing
  bool fused = false;
};
void gemm_f32(const GemmF32Args&, const float* packed, ThreadPool&,
              const GemmF32& = *gemm_f32_variant().kernels);

/// A convolution's packed form: each group's gemm form, then the row of zeros that padding reads.
std::optional<int64_t> conv_f32_packed_floats(const ConvGeometry&,
                                              const GemmF32& = *gemm_f32_variant().kernels);
/// filter is [out_c][y.filter][x.filter][group_in_c]; bias may be null.
void conv_f32_pack(const ConvGeometry&, const float* filter, const float* bias, float* packed,
                   const GemmF32& = *gemm_f32_variant().kernels);
/// input is [batches][y.in][x.in][in_c], output [batches][y.out][x.out][out_c].
void conv_f32(const ConvGeometry&, const float* input, const float* packed, float* output, float lo,
              float hi, bool fused, ThreadPool&, const GemmF32& = *gemm_f32_variant().kernels);

}  // namespace samara::kernels
