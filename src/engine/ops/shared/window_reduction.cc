#include "engine/ops/shared/window_reduction.h"

#include <algorithm>

namespace samara::ops {
namespace {

// Padding costs nothing in the file: without a limit a small model could ask for years of work.
constexpr int64_t kMostInWindow = int64_t{1} << 26;

}  // namespace

Result<Shape> window_counts(const Shape& in, const Windows& windows) {
  Shape out;
  int64_t window = 1;
  for (int i = 0; i < in.rank(); ++i) {
    const WindowDim& w = windows[size_t(i)];
    if (w.size > kMostInWindow / window)
      return Error(Code::unsupported, cat("a window has more than ", kMostInWindow, " elements"));
    window *= w.size;
    // No overflow: every factor is below 2^31.
    const int64_t dilated = in[i] == 0 ? 0 : (in[i] - 1) * w.base_dilation + 1;
    const int64_t padded = dilated + w.low + w.high;
    if (padded < 0)
      return Error(Code::invalid_model, cat("padding ", w.low, ", ", w.high,
                                            " cuts more off dimension ", i, " than its ", dilated));
    const int64_t reach = (w.size - 1) * w.dilation + 1;
    const int64_t count = padded < reach ? 0 : (padded - reach) / w.stride + 1;
    if (!narrow<int32_t>(count))
      return Error(Code::resource_exhausted, cat("dimension ", i, " would be ", count));
    out.push(int32_t(count));
  }
  return out;
}

Status check_reduction(const Infer& n) {
  TRY(n.same_type(n.in(0), n.in(1)));
  TRY(n.same_type(n.in(0), n.out(0)));
  if (n.in(1).shape.elements() == 1) return ok();
  return Error(Code::invalid_model,
               cat("the initial value has shape ", n.in(1).shape.text(), " instead of one value"));
}

}  // namespace samara::ops
