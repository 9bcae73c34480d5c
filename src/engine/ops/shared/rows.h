// Operators along the last dimension: SOFTMAX, LOG_SOFTMAX, L2_NORMALIZATION.
#pragma once

#include "engine/graph/op.h"
#include "engine/ops/shared/parallel.h"

namespace samara::ops {

/// Errors: invalid_model when the input is a scalar.
inline Status check_has_rows(const Operands& n) {
  if (n.in(0).shape.rank() > 0) return ok();
  return Error(Code::invalid_model, "input is a scalar; at least one dimension is needed");
}

/// Calls f(input row, output row, length) for each row; `cost` is per element.
template <class A, class B, class F>
void for_each_row(Run& n, const F& f, int64_t cost) {
  const Shape& shape = n.in(0).shape;
  const int64_t depth = shape.back();
  const A* in = n.in_data<A>(0);
  B* out = n.out_data<B>(0);
  for_elements(
      n.pool(), shape.range(0, shape.rank() - 1),
      [=, &f](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) f(in + i * depth, out + i * depth, depth);
      },
      depth * cost);
}

}  // namespace samara::ops
