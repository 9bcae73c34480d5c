// REDUCE_WINDOW and its STABLEHLO kin: windows that move over a tensor, each reduced to one element,
// beginning with the initial value, which also stands in gaps and edges.
// Rules from: LiteRT tflite/kernels/stablehlo_reduce_window.cc.
#pragma once

#include <algorithm>
#include <array>

#include "engine/ops/shared/parallel.h"
#include "engine/ops/shared/reducer.h"
#include "engine/ops/shared/stablehlo.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {

/// One dimension. The tensor has base_dilation - 1 initial values between neighbours, and low and
/// high more before and after (negative: so many are cut off).
struct WindowDim {
  int64_t size = 1, stride = 1, dilation = 1;  // of the window
  int64_t base_dilation = 1, low = 0, high = 0;
};
using Windows = std::array<WindowDim, kMaxRank>;

/// How many windows fit along each dimension. Sizes, strides and dilations are 1 or more, all values
/// below 2^31. Errors: invalid_model (more is cut off than there is, more than 2^31 - 1 fit).
Result<Shape> window_counts(const Shape& in, const Windows& w);

/// The initial value has the type of the tensor and is one element, as is the output's type.
Status check_reduction(const Infer& n);

/// One input, reduced.
template <class T>
class WindowReduction {
 public:
  WindowReduction(const Shape& in, const Windows& w, const T* data, T initial, Reducer r)
      : in_(in),
        w_(w),
        step_(strides(in)),
        data_(data),
        initial_(initial),
        combine_(combiner<T, LaterMaximum, LaterMinimum>(r)) {}

  /// The reduced elements [begin, end) of an output that has `counts` windows along each dimension.
  void run(const Shape& counts, int64_t begin, int64_t end, T* out) const {
    for (int64_t i = begin; i < end; ++i) {
      std::array<int64_t, kMaxRank> start{};
      int64_t rest = i;
      for (int d = in_.rank() - 1; d >= 0; --d) {
        start[size_t(d)] = rest % counts[d] * w_[size_t(d)].stride - w_[size_t(d)].low;
        rest /= counts[d];
      }
      T value = initial_;
      take(0, start, 0, true, value);
      out[i] = value;
    }
  }

 private:
  void take(int d, const std::array<int64_t, kMaxRank>& start, int64_t offset, bool inside,
            T& value) const {
    if (d == in_.rank()) {
      value = combine_(value, inside ? data_[offset] : initial_);
      return;
    }
    const WindowDim& w = w_[size_t(d)];
    for (int64_t k = 0; k < w.size; ++k) {
      const int64_t at = start[size_t(d)] + k * w.dilation;
      const int64_t index = at / w.base_dilation;
      const bool here = at >= 0 && index < in_[d] && at % w.base_dilation == 0;
      take(d + 1, start, here ? offset + index * step_[size_t(d)] : 0, inside && here, value);
    }
  }

  const Shape& in_;
  const Windows& w_;
  std::array<int64_t, kMaxRank> step_;
  const T* data_;
  T initial_;
  T (*combine_)(T, T);
};

/// Reduces input 0, with input 1 as the initial value, to output 0.
template <class T>
void reduce_windows(Run& n, const Windows& w, const Shape& counts, Reducer r) {
  const Shape& in = n.in(0).shape;
  const WindowReduction<T> reduction(in, w, n.in_data<T>(0), *n.in_data<T>(1), r);
  int64_t cost = 1;
  for (int d = 0; d < in.rank(); ++d)
    cost = std::clamp<int64_t>(w[size_t(d)].size, 1, kGrain / cost) * cost;
  T* const out = n.out_data<T>(0);
  for_elements(
      n.pool(), counts.elements(),
      [&](int64_t begin, int64_t end) { reduction.run(counts, begin, end, out); }, cost);
}

}  // namespace samara::ops
