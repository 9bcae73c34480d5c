// Float operators on the vector functions of engine/kernels/elementwise.
#pragma once

#include <array>

#include "engine/graph/op.h"
#include "engine/kernels/elementwise/elementwise_kernels.h"
#include "engine/ops/shared/activation.h"
#include "engine/ops/shared/broadcast.h"
#include "engine/ops/shared/parallel.h"

namespace samara::ops {

/// f(in, out, count) over ranges of all elements of input 0 and output 0.
template <class F>
void float_ranges(Run& n, const F& f, int64_t cost) {
  const float* in = n.in_data<float>(0);
  float* out = n.out_data<float>(0);
  for_elements(
      n.pool(), n.in(0).shape.elements(),
      [=, &f](int64_t begin, int64_t end) { f(in + begin, out + begin, size_t(end - begin)); },
      cost);
}

/// out = member(in), element by element.
template <kernels::UnaryF32 kernels::ElementwiseF32::* member, int64_t cost>
void float_unary(Run& n) {
  float_ranges(n, kernels::elementwise_f32().*member, cost);
}

/// out = member(in 0, in 1), clamped to the range, with broadcasting.
template <kernels::BinaryF32 kernels::ElementwiseF32::* member>
void float_binary(Run& n, Range<float> range) {
  const kernels::BinaryF32 f = kernels::elementwise_f32().*member;
  const float* a = n.in_data<float>(0);
  const float* b = n.in_data<float>(1);
  float* out = n.out_data<float>(0);
  const std::array<const Shape*, 2> shapes{&n.in(0).shape, &n.in(1).shape};
  Broadcast(n.out(0).shape, shapes).for_rows(n.pool(), [=](const Broadcast::Row& row) {
    f(a + row.in[0], size_t(row.step[0]), b + row.in[1], size_t(row.step[1]), out + row.out,
      size_t(row.count), range.low, range.high);
  });
}

}  // namespace samara::ops
