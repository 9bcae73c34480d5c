#include "engine/ops/shared/wide_layer.h"

#include <algorithm>

#include "engine/ops/shared/parallel.h"

namespace samara::ops {
namespace {

constexpr int64_t kUnits = 64;

int64_t dot(const int16_t* in, const int16_t* weights, int64_t depth, int32_t weight_zero) {
  int64_t sum = 0;
  for (int64_t k = 0; k < depth; ++k) sum += int64_t{in[k]} * (weights[k] - weight_zero);
  return sum;
}

}  // namespace

void run_wide_layer(const IntegerLayer& layer, const IntegerLayer::Data& data, const int16_t* in,
                    const int16_t* weights, int64_t rows, int64_t depth, int64_t units,
                    int32_t weight_zero, ThreadPool& pool) {
  const int64_t tiles = (units + kUnits - 1) / kUnits;
  const auto work = [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t row = i / tiles, first = i % tiles * kUnits;
      const int64_t count = std::min(kUnits, units - first);
      int64_t sums[kUnits];
      for (int64_t u = 0; u < count; ++u)
        sums[u] = dot(in + row * depth, weights + (first + u) * depth, depth, weight_zero);
      layer.finish({.row = row,
                    .rows = 1,
                    .channel = first,
                    .column = first,
                    .n = int(count),
                    .wide_sums = sums,
                    .stride = kUnits},
                   data);
    }
  };
  for_elements(pool, rows * tiles, work, depth * std::min(kUnits, units));
}

}  // namespace samara::ops
