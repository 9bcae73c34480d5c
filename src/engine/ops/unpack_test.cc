#include "testing/op_test.h"

namespace samara::testing::unpack_test {

OpCase unpack(int count, int axis) {
  return {.op = "UNPACK", .options = options<fb::UnpackOptionsT>([&](auto& o) {
                            o.num = count;
                            o.axis = axis;
                          })};
}

OP_TEST(unpack, gives_the_slices) {
  const Literal x = f32({2, 2}, {1, 2, 3, 4});
  OpCase rows = unpack(2, 0);
  rows.in(x).out(f32({2}, {1, 2})).out(f32({2}, {3, 4}));
  run_everywhere(rows);
  OpCase columns = unpack(2, -1);
  columns.in(x).out(f32({2}, {1, 3})).out(f32({2}, {2, 4}));
  run_everywhere(columns);
  OpCase scalars = unpack(2, 0);
  scalars.in(i8({2}, {1, 2})).out(i8({}, {1})).out(i8({}, {2}));
  run_everywhere(scalars);
}

OP_TEST(unpack, refuses_wrong_counts_and_axes) {
  OpCase outputs = unpack(2, 0);
  outputs.in(f32({2})).out(f32({}));
  expect_error(outputs, Code::invalid_model, "num is 2 with 1 outputs");
  OpCase count = unpack(2, 0);
  count.in(f32({3})).out(f32({})).out(f32({}));
  expect_error(count, Code::invalid_model, "has to be num, 2");
  OpCase axis = unpack(1, 1);
  axis.in(f32({1})).out(f32({}));
  expect_error(axis, Code::invalid_model, "axis 1 is out of range");
  OpCase scalar = unpack(1, 0);
  scalar.in(f32({})).out(f32({}));
  expect_error(scalar, Code::invalid_model, "axis 0 is out of range for rank 0");
}

}  // namespace samara::testing::unpack_test
