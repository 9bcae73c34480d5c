#include "engine/ops/shared/split.h"

#include "engine/ops/shared/move.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {

Status run_split(Run& n, int input, int axis, FunctionRef<int64_t(int)> length) {
  const Tensor& in = n.in(input);
  const int64_t size = element_size(in.type);
  const int64_t rows = in.shape.range(0, axis);
  const int64_t inner = in.shape.range(axis + 1, in.shape.rank()) * size;
  const int64_t width = inner * in.shape[axis];
  if (rows * width == 0) return ok();
  int64_t at = 0;
  for (int i = 0; i < n.outputs(); ++i) {
    const int64_t bytes = length(i) * inner;
    if (bytes > 0)
      StridedCopy(1)
          .loop(rows, width, bytes)
          .loop(bytes, 1, 1)
          .run(n.pool(), in.data + at, n.out(i).data);
    at += bytes;
  }
  return ok();
}

}  // namespace samara::ops
