// Per-channel quantization of a whole tensor: which scale an element has.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "engine/graph/op.h"
#include "engine/ops/shared/parallel.h"

namespace samara::ops {

/// No kernel takes wider integers with several scales; they are refused by their type.
constexpr int kMostBits = 16;

/// Errors: invalid_model where the scales of `t`, several, do not fit its shape or are not positive and
/// finite, or a zero point is far beyond the type.
inline Status check_channel_scales(const Tensor& t) {
  const Quantization& q = t.quant;
  const int64_t channels = int64_t(q.scales.size());
  if (q.axis < 0 || q.axis >= t.shape.rank() || t.shape[q.axis] != channels) {
    return Error(Code::invalid_model,
                 cat("tensor '", t.name, "' has ", channels, " scales along dimension ", q.axis,
                     " of shape ", t.shape.text()));
  }
  for (const float scale : q.scales) {
    if (!(scale > 0) || std::isinf(scale)) {
      return Error(Code::invalid_model,
                   cat("tensor '", t.name, "' has the scale ", scale, "; it must be positive"));
    }
  }
  const int32_t bound = 1 << std::min(bits(t.type), kMostBits);
  for (const int32_t zero : q.zero_points) {
    if (zero < -bound || zero > bound) {
      return Error(Code::invalid_model,
                   cat("tensor '", t.name, "' has the zero point ", zero, ", beyond its type"));
    }
  }
  return ok();
}

/// Calls f(first element, end, scale, zero point) for runs of elements that share a scale, in order
/// within ranges that go to the pool's threads.
template <class F>
void for_each_channel_run(ThreadPool& pool, const Tensor& t, const F& f) {
  const Quantization& q = t.quant;
  const bool per_channel = q.scales.size() > 1;
  const int64_t count = t.shape.elements();
  const int64_t inner = per_channel ? t.shape.range(q.axis + 1, t.shape.rank()) : count;
  const int64_t channels = per_channel ? int64_t(q.scales.size()) : 1;
  for_elements(pool, count, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end;) {
      const int64_t run_end = std::min(end, (i / inner + 1) * inner);
      const size_t channel = size_t(i / inner % channels);
      const int32_t zero = channel < q.zero_points.size() ? q.zero_points[channel] : 0;
      f(i, run_end, q.scales[channel], zero);
      i = run_end;
    }
  });
}

}  // namespace samara::ops
