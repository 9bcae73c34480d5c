// Float depthwise convolution, straight from the model's filter: nothing is packed.
#pragma once

#include "engine/kernels/conv_geometry.h"
#include "engine/kernels/dwconv_f32/dwconv_f32_types.h"
#include "engine/kernels/variants.h"
#include "samara/base/thread_pool.h"

namespace samara::kernels {

std::span<const Variant<DwconvF32>> dwconv_f32_variants();
const Variant<DwconvF32>& dwconv_f32_variant(uint32_t isa = cpu_isa());

/// input is [batches][y.in][x.in][in_c], filter [y.filter][x.filter][out_c], bias [out_c] or null,
/// output [batches][y.out][x.out][out_c]; out_c is a multiple of in_c. Clamped to [lo, hi]. `fused`
/// asks for sums that round once, where the CPU has them and each input channel feeds one output.
void dwconv_f32(const ConvGeometry&, const float* input, const float* filter, const float* bias,
                float* output, float lo, float hi, bool fused, ThreadPool&,
                const DwconvF32& = *dwconv_f32_variant().kernels);

}  // namespace samara::kernels
