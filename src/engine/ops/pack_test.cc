#include "testing/op_test.h"

namespace samara::testing::pack_test {

OpCase pack(int count, int axis) {
  return {.op = "PACK", .options = options<fb::PackOptionsT>([&](auto& o) {
                          o.values_count = count;
                          o.axis = axis;
                        })};
}

OP_TEST(pack, stacks_along_each_axis) {
  const Literal a = i32({2}, {1, 2}), b = i32({2}, {3, 4});
  OpCase first = pack(2, 0);
  first.in(a).constant(b).out(i32({2, 2}, {1, 2, 3, 4}));
  run_everywhere(first);
  OpCase last = pack(2, -1);
  last.in(a).constant(b).out(i32({2, 2}, {1, 3, 2, 4}));
  run_everywhere(last);
}

OP_TEST(pack, makes_a_vector_of_scalars) {
  OpCase c = pack(3, 0);
  c.in(i32({}, {1})).constant(i32({}, {2})).in(i32({}, {3})).out(i32({3}, {1, 2, 3}));
  run_everywhere(c);
}

OP_TEST(pack, takes_quantized_inputs_alike) {
  OpCase c = pack(1, 1);
  c.in(i8({2}, {1, 2}).q(0.5f, 1)).out(i8({2, 1}, {1, 2}).q(0.5f, 1));
  run_everywhere(c);
  OpCase other = pack(1, 1);
  other.in(i8({2}).q(0.5f, 1)).out(i8({2, 1}).q(0.5f, 2));
  expect_error(other, Code::invalid_model, "they must be equal");
}

OP_TEST(pack, refuses_wrong_counts_shapes_axes_and_ranks) {
  OpCase count = pack(2, 0);
  count.in(f32({1})).out(f32({1, 1}));
  expect_error(count, Code::invalid_model, "values_count is 2 with 1 inputs");
  OpCase shape = pack(2, 0);
  shape.in(f32({1})).in(f32({2})).out(f32({2, 1}));
  expect_error(shape, Code::invalid_model, "is [2], the first [1]");
  OpCase axis = pack(1, 2);
  axis.in(f32({1})).out(f32({1, 1}));
  expect_error(axis, Code::invalid_model, "axis 2 is out of range");
  OpCase rank = pack(1, 0);
  rank.in(f32({1, 1, 1, 1, 1, 1, 1, 1})).out(f32({1}));
  expect_error(rank, Code::unsupported, "rank 9");
}

}  // namespace samara::testing::pack_test
