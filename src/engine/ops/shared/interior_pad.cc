#include "engine/ops/shared/interior_pad.h"

#include <algorithm>

#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {

Result<Shape> padded_shape(const Shape& in, const InteriorPad& p) {
  Shape out;
  for (int i = 0; i < in.rank(); ++i) {
    const auto gaps = checked_mul<int64_t>(std::max(in[i] - 1, 0), p.interior[i]);
    const auto inner = gaps ? checked_add<int64_t>(*gaps, in[i]) : gaps;
    const auto lower = inner ? checked_add(*inner, p.low[i]) : inner;
    const auto size = lower ? checked_add(*lower, p.high[i]) : lower;
    if (!size || *size < 0 || !narrow<int32_t>(*size))
      return Error(Code::invalid_model,
                   cat("dimension ", i, " of size ", in[i], " cannot be padded by ", p.low[i], ", ",
                       p.high[i], " and ", p.interior[i], " between"));
    out.push(int32_t(*size));
  }
  return out;
}

void run_interior_pad(Run& n, const InteriorPad& p, const std::byte* value) {
  const Shape &in = n.in(0).shape, &out = n.out(0).shape;
  const int64_t size = element_size(n.in(0).type);
  const auto from = strides(in), to = strides(out);
  StridedCopy(size).loop(out.elements(), 0, size).run(n.pool(), value, n.out(0).data);
  StridedCopy copy(size);
  int64_t source = 0, target = 0;
  for (int i = 0; i < in.rank(); ++i) {
    const int64_t step = p.interior[i] + 1, low = p.low[i];
    const int64_t first = low < 0 ? (step - 1 - low) / step : 0;
    // The last one whose place low + step * index is inside.
    const int64_t room = out[i] - 1 - low;
    const int64_t last = room < 0 ? -1 : std::min<int64_t>(in[i] - 1, room / step);
    if (last < first) return;
    copy.loop(last - first + 1, from[size_t(i)] * size, step * to[size_t(i)] * size);
    source += first * from[size_t(i)];
    target += (low + first * step) * to[size_t(i)];
  }
  copy.run(n.pool(), n.in(0).data + source * size, n.out(0).data + target * size);
}

}  // namespace samara::ops
