#include "engine/kernels/conv_geometry.h"

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "base/try.h"

namespace samara::kernels {

Status WindowAxis::resolve(Padding padding, const char* what) {
  if (filter < 1 || stride < 1 || dilation < 1 || in < 0)
    return Error(Code::invalid_model,
                 cat(what, ": filter ", filter, ", stride ", stride, ", dilation ", dilation,
                     ", input ", in, "; the first three must be at least 1"));
  const int64_t span = (int64_t{filter} - 1) * dilation + 1;  // up to 2^62: fits
  const int64_t covered =
      padding == Padding::same ? int64_t{in} + stride - 1 : int64_t{in} + stride - span;
  if (covered / stride < 0)
    return Error(Code::invalid_model, cat(what, ": a window over ", span, " does not fit into ", in,
                                          " without padding"));
  out = int32_t(covered / stride);  // at most in
  const int64_t total = std::max<int64_t>((int64_t{out} - 1) * stride + span - in, 0);
  if (total / 2 + total % 2 > std::numeric_limits<int32_t>::max())
    return Error(Code::invalid_model, cat(what, ": a window over ", span, " is too large"));
  before = int32_t(total / 2);
  after = int32_t(total - before);
  return ok();
}

Status ConvGeometry::resolve(Padding padding) {
  TRY(y.resolve(padding, "height"));
  TRY(x.resolve(padding, "width"));
  return ok();
}

}  // namespace samara::kernels
