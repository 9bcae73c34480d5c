// What a variant of the integer matrix product is: c = init + a * b over packed b, 32-bit sums that
// wrap. Everything else (quantization, padding, 64-bit sums) is built around it in conv_i8.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/kernels/requant/requant_types.h"

namespace samara::kernels {

/// How a variant wants its left side: signed bytes, bytes with the sign bit flipped (value + 128,
/// what dot-product instructions of x86 take), or 16 bits, which also serve 16-bit activations.
enum class LeftForm : uint8_t { s8, u8, s16 };

struct GemmI8Call {
  int rows = 0;    // 1..mr, or any number where the variant makes results
  int panels = 0;  // of `panel` columns each
  int k = 0;       // a multiple of k_step
  const void* a = nullptr;
  ptrdiff_t a_stride = 0;  // bytes from row to row
  const int8_t* b = nullptr;
  ptrdiff_t b_stride = 0;  // bytes from panel to panel
  const int32_t* init = nullptr;
  ptrdiff_t init_stride = 0;  // elements from row to row; 0: the same for all rows
  int32_t* c = nullptr;       // may be init
  ptrdiff_t c_stride = 0;     // elements from row to row
  /// Where one is not null, `n` columns become bytes or floats instead of c.
  const ByteResult* bytes = nullptr;
  const FloatResult* floats = nullptr;
  int n = 0;
};

struct GemmI8 {
  LeftForm form = LeftForm::s8;
  int mr = 1;      // rows of a call at most
  int panel = 1;   // columns of a panel of b
  int kr = 1;      // consecutive k of one column, panel by panel: b is [k / kr][panel][kr]
  int k_step = 1;  // what k is padded to, with zeros in a and b
  void (*run)(const GemmI8Call&) = nullptr;
  /// Makes n left values of bytes: source ^ flip, read as signed; u8 takes source ^ flip as it is.
  void (*left)(void* to, const uint8_t* from, size_t n, uint8_t flip) = nullptr;
  /// The sum of k left values, a multiple of k_step.
  int32_t (*sum)(const void* a, int k) = nullptr;
  bool makes_results = false;  // run() knows `bytes` and `floats`
};

constexpr int kGemmI8MaxRows = 32;

#define SAMARA_VARIANT(object, isa) extern const GemmI8 object;
#include "engine/kernels/gemm_i8/variants.inc"
#undef SAMARA_VARIANT

}  // namespace samara::kernels
