// SEGMENT_SUM and UNSORTED_SEGMENT_*: rows of input 0 reduced into the output row that input 1
// names for each. Rules from: LiteRT tflite/kernels/{segment_sum,unsorted_segment}.cc.
#pragma once

#include <algorithm>
#include <limits>
#include <type_traits>

#include "engine/graph/poller.h"
#include "engine/ops/shared/arithmetic.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {

// What a segment starts from, and how a value joins it. Integers wrap.
template <class T>
struct SegmentSum {
  static constexpr T kStart = 0;
  static T join(T a, T b) { return wrapping(std::plus<>{}, a, b); }
};
template <class T>
struct SegmentProd {
  static constexpr T kStart = 1;
  static T join(T a, T b) { return wrapping(std::multiplies<>{}, a, b); }
};
template <class T>
struct SegmentMax {
  static constexpr T kStart = std::numeric_limits<T>::lowest();
  static T join(T a, T b) { return std::max(a, b); }
};
template <class T>
struct SegmentMin {
  static constexpr T kStart = std::numeric_limits<T>::max();
  static T join(T a, T b) { return std::min(a, b); }
};

/// Fills output 0; rows with a negative segment count nowhere. Segments must have been checked.
template <class T, template <class> class Reduction>
Status reduce_segments(Run& n) {
  const Shape& shape = n.out(0).shape;
  const int64_t width = shape.range(1, shape.rank());
  const auto out = n.view<T>(n.out(0));
  std::fill(out.begin(), out.end(), Reduction<T>::kStart);
  if (out.empty()) return ok();
  const T* row = n.in_data<T>(0);
  Poller poll(n);
  for (const int32_t segment : n.view<const int32_t>(n.in(1))) {
    TRY(poll(1 + width));
    if (segment >= 0) {
      T* to = out.data() + segment * width;
      for (int64_t i = 0; i < width; ++i) to[i] = Reduction<T>::join(to[i], row[i]);
    }
    row += width;
  }
  return ok();
}

/// Input 1 is a prefix of input 0's shape; input 2 is the number of segments.
Status infer_unsorted_segment(const NoParams&, Infer& n);
/// No segment in input 1 is beyond the output.
Status check_segments(const Operands& n, int64_t segments);

template <class T, template <class> class Reduction>
Status run_unsorted_segment(const NoParams&, Run& n) {
  TRY(check_segments(n, n.out(0).shape[0]));
  return reduce_segments<T, Reduction>(n);
}

template <template <class> class Reduction>
constexpr OpDef define_unsorted_segment(const OpInfo& info) {
  return define_op<NoParams, parse_none, infer_unsorted_segment>(
      info, {{Type::f32, bind<NoParams, run_unsorted_segment<float, Reduction>>},
             {Type::i32, bind<NoParams, run_unsorted_segment<int32_t, Reduction>>}});
}

}  // namespace samara::ops
