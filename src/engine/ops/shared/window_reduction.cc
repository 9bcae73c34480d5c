#include "engine/ops/shared/window_reduction.h"

#include <algorithm>
#include <cstring>

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

Status check_reduction(const Infer& n, int count) {
  for (int i = 0; i < count; ++i) {
    const Tensor &in = n.in(i), &initial = n.in(count + i);
    TRY(n.same_type(in, initial));
    TRY(n.same_type(in, n.out(i)));
    if (in.shape != n.in(0).shape)
      return Error(Code::invalid_model, cat("reduces tensors of shape ", n.in(0).shape.text(),
                                            " and ", in.shape.text(), " at once"));
    if (initial.shape.elements() != 1)
      return Error(Code::invalid_model, cat("the initial value has shape ", initial.shape.text(),
                                            " instead of one value"));
  }
  return ok();
}

Result<int> check_reductions(const Infer& n) {
  TRY(all_present(n));
  const int count = n.inputs() / 2;
  if (count < 1 || n.inputs() != 2 * count || n.outputs() != count)
    return Error(Code::invalid_model,
                 cat("has ", n.inputs(), " inputs and ", n.outputs(),
                     " outputs; each output needs a tensor and an initial value"));
  TRY(check_reduction(n, count));
  return count;
}

Status reduce_windows_by_calls(Run& n, const Windows& w, const Shape& counts, int subgraph,
                               int count) {
  const WindowWalk walk(n.in(0).shape, w);
  CalledFunction function(n, subgraph, count);
  for (int64_t i = 0; i < counts.elements(); ++i) {
    TRY(n.poll());
    for (int k = 0; k < count; ++k) {
      const Tensor& initial = n.in(count + k);
      std::memcpy(n.out(k).data + i * int64_t(initial.bytes), initial.data, initial.bytes);
    }
    Status status = ok();
    walk(counts, i, [&](int64_t at) {
      if (status.ok()) status = function.join(i, at < 0 ? count : 0, std::max<int64_t>(at, 0));
    });
    TRY(std::move(status));
  }
  return ok();
}

}  // namespace samara::ops
