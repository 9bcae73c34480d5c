// Float matrix times a few vectors, straight from the model's weights: FULLY_CONNECTED for up to
// four rows, recurrent cells. Memory-bound, so nothing is packed.
#pragma once

#include "engine/kernels/gemv_f32/gemv_f32_types.h"
#include "engine/kernels/variants.h"
#include "samara/base/thread_pool.h"

namespace samara::kernels {

std::span<const Variant<GemvF32>> gemv_f32_variants();
const Variant<GemvF32>& gemv_f32_variant(uint32_t isa = cpu_isa());

/// The most rows for which this is likely quicker than gemm_f32.
constexpr size_t kGemvRows = 4;

/// Columns are shared among the threads; each sum's order depends on k and instruction set alone.
void gemv_f32(const GemvF32Args&, ThreadPool&, const GemvF32& = *gemv_f32_variant().kernels);

}  // namespace samara::kernels
