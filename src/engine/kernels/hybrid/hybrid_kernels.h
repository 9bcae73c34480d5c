// Float activations to int8 for operators with float inputs and quantized weights.
// Rules from: LiteRT tflite/kernels/internal/optimized/neon_tensor_utils.cc, on x86, too: zero points
// are added after the rounding, and ranges are differences of floats.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/kernels/hybrid/hybrid_types.h"
#include "engine/kernels/requant/requant_types.h"
#include "engine/kernels/variants.h"

namespace samara::kernels {

std::span<const Variant<RowQuantizer>> row_quantizer_variants();
const Variant<RowQuantizer>& row_quantizer(uint32_t isa = cpu_isa());

/// To -127..127 around zero. A row of zeros gets scale 1.
RowQuant quantize_symmetric(const float* values, size_t n, int8_t* out);
/// To -128..127 with 0 exactly representable. A row of zeros gets scale 1.
RowQuant quantize_asymmetric(const float* values, size_t n, int8_t* out);

/// As XNNPACK: all steps in float, values times the inverse scale, ties to even.
/// Rules from: XNNPACK src/xnnpack/quantization.h.
RowQuant quantize_even(const float* values, size_t n, int8_t* out);
/// Rows beside each other, each by itself.
void quantize_rows_even(const float* values, size_t rows, size_t n, int8_t* out, RowQuant* quants);

}  // namespace samara::kernels
