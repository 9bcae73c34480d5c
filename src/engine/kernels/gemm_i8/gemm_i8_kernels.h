// The variants of the integer matrix product and the packing of their right side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/kernels/gemm_i8/gemm_i8_types.h"
#include "engine/kernels/variants.h"

namespace samara::kernels {

std::span<const Variant<GemmI8>> gemm_i8_variants();
const Variant<GemmI8>& gemm_i8(uint32_t isa = cpu_isa());
/// The best variant for 16-bit activations.
const Variant<GemmI8>& gemm_i16(uint32_t isa = cpu_isa());

/// How weights are stored: one a byte, or packed several a byte, low bits first.
enum class WeightForm : uint8_t { s8, u8, s4, s2 };
/// Element i; those of u8 less 128.
int8_t weight_at(WeightForm form, const void* weights, int64_t i);

/// Where the parts of packed weights lie in one block of memory.
struct PackedI8 {
  int groups = 1, n = 0, columns = 0;  // of a group; columns: n padded to whole panels
  int64_t k = 0, padded_k = 0;
  int64_t weights = 0, init = 0, sums = 0, bytes = 0;  // offsets; weights are first
};
/// Errors: none; bytes is -1 where the sizes do not fit 64 bits.
PackedI8 packed_i8_layout(const GemmI8& kernel, int groups, int n, int64_t k);

/// What is packed. Columns are numbered over all groups.
struct PackI8 {
  WeightForm form = WeightForm::s8;
  const void* weights = nullptr;  // element j * row_step + k * k_step is column j's weight k
  int64_t row_step = 0, k_step = 1;
  const int32_t* bias = nullptr;  // [groups * n], or null
  int32_t left_zero = 0;          // as the kernel sees it: see inner_zero_point()
  int32_t weight_zero = 0;        // of signed weights; u8 weights are stored - 128
};
/// Writes weights, sums over k, and init = bias - left_zero * sums + k * left_zero * weight_zero.
void pack_i8(const GemmI8& kernel, const PackedI8& layout, const PackI8& what, void* memory);

/// A tensor's zero point as a kernel of this form sees it.
inline int32_t inner_zero_point(LeftForm form, bool tensor_u8, int32_t zero_point) {
  return zero_point + (form == LeftForm::u8 ? 128 : 0) - (tensor_u8 ? 128 : 0);
}
/// What bytes of a tensor are xor-ed with on their way to a kernel of this form.
inline uint8_t left_flip(LeftForm form, bool tensor_u8) {
  return (form == LeftForm::u8) == tensor_u8 ? 0 : 0x80;
}

}  // namespace samara::kernels
