// REDUCE_WINDOW and its STABLEHLO kin: windows that move over a tensor, each reduced to one element,
// beginning with the initial value, which also stands in gaps and edges.
// Rules from: LiteRT tflite/kernels/stablehlo_reduce_window.cc.
#pragma once

#include <algorithm>
#include <array>

#include "engine/ops/shared/called_function.h"
#include "engine/ops/shared/parallel.h"
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

/// Inputs [0, count) have one shape, and initial values of one element behind them; each has the type
/// of its initial value and its output.
Status check_reduction(const Infer& n, int count = 1);
/// The same where there are no other inputs and outputs; the return value is how many there are.
Result<int> check_reductions(const Infer& n);

/// Finds what windows cover. `visit` is called with the offset of each place, -1 for gaps and edges.
class WindowWalk {
 public:
  WindowWalk(const Shape& in, const Windows& w) : in_(in), w_(w), step_(strides(in)) {}

  /// Window number `i` of an output that has `counts` of them along each dimension.
  template <class Visit>
  void operator()(const Shape& counts, int64_t i, const Visit& visit) const {
    std::array<int64_t, kMaxRank> start{};
    for (int d = in_.rank() - 1; d >= 0; --d) {
      start[size_t(d)] = i % counts[d] * w_[size_t(d)].stride - w_[size_t(d)].low;
      i /= counts[d];
    }
    take(0, start, 0, true, visit);
  }

 private:
  template <class Visit>
  void take(int d, const std::array<int64_t, kMaxRank>& start, int64_t offset, bool inside,
            const Visit& visit) const {
    if (d == in_.rank()) return visit(inside ? offset : -1);
    const WindowDim& w = w_[size_t(d)];
    for (int64_t k = 0; k < w.size; ++k) {
      const int64_t at = start[size_t(d)] + k * w.dilation;
      const int64_t index = at / w.base_dilation;
      const bool here = at >= 0 && index < in_[d] && at % w.base_dilation == 0;
      take(d + 1, start, here ? offset + index * step_[size_t(d)] : 0, inside && here, visit);
    }
  }

  const Shape& in_;
  const Windows& w_;
  std::array<int64_t, kMaxRank> step_;
};

/// Reduces input 0, with input 1 as the initial value, to output 0.
template <class T>
void reduce_windows(Run& n, const Windows& w, const Shape& counts, Reducer r) {
  const Shape& in = n.in(0).shape;
  const WindowWalk walk(in, w);
  T (*const combine)(T, T) = combiner<T, LaterMaximum, LaterMinimum>(r);
  const T* const data = n.in_data<T>(0);
  const T initial = *n.in_data<T>(1);
  int64_t cost = 1;
  for (int d = 0; d < in.rank(); ++d)
    cost = std::clamp<int64_t>(w[size_t(d)].size, 1, kGrain / cost) * cost;
  T* const out = n.out_data<T>(0);
  for_elements(
      n.pool(), counts.elements(),
      [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
          T value = initial;
          walk(counts, i, [&](int64_t at) { value = combine(value, at < 0 ? initial : data[at]); });
          out[i] = value;
        }
      },
      cost);
}
/// The same of `count` tensors by the function in a subgraph, which is called.
Status reduce_windows_by_calls(Run& n, const Windows& w, const Shape& counts, int subgraph,
                               int count);

}  // namespace samara::ops
