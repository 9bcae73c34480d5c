// FULLY_CONNECTED of int16 with int16 weights: 64-bit sums, scaled by the 64-bit rule.
// Rules from: LiteRT tflite/kernels/fully_connected.cc (FullyConnectedInt16FilterInt16 ...).
#pragma once

#include "engine/ops/shared/integer_layer.h"

namespace samara::ops {

/// Rows of inputs times weights [units][depth], then layer.finish(). `weight_zero` is that of the
/// weights.
void run_wide_layer(const IntegerLayer& layer, const IntegerLayer::Data& data, const int16_t* in,
                    const int16_t* weights, int64_t rows, int64_t depth, int64_t units,
                    int32_t weight_zero, ThreadPool& pool);

}  // namespace samara::ops
