#include "testing/op_test.h"

namespace samara::testing::roll_test {

OpCase roll(const Literal& in, const Literal& shift, const Literal& axis, const Literal& out) {
  OpCase c{.op = "Roll", .custom = true};
  c.in(in).constant(shift).constant(axis).out(out);
  return c;
}

OP_TEST(roll, moves_elements_around) {
  const Literal in = f32({2, 3}, {1, 2, 3, 4, 5, 6});
  run_everywhere(roll(in, i32({}, {1}), i32({}, {1}), f32({2, 3}, {3, 1, 2, 6, 4, 5})));
  run_everywhere(roll(in, i64({1}, {-4}), i64({1}, {-1}), f32({2, 3}, {2, 3, 1, 5, 6, 4})));
  run_everywhere(roll(in, i32({1}, {1}), i32({1}, {0}), f32({2, 3}, {4, 5, 6, 1, 2, 3})));
  run_everywhere(roll(in, i32({2}, {1, 1}), i32({2}, {0, 1}), f32({2, 3}, {6, 4, 5, 3, 1, 2})));
  run_everywhere(roll(in, i32({2}, {1, 1}), i32({2}, {1, 1}), f32({2, 3}, {2, 3, 1, 5, 6, 4})));
}

OP_TEST(roll, takes_other_types_and_nothing) {
  run_everywhere(
      roll(boolean({3}, {1, 0, 0}), i64({}, {INT64_MAX}), i32({}, {0}), boolean({3}, {0, 1, 0})));
  run_everywhere(roll(strings({2, 2}, {"a", "b", "c", "dd"}), i32({2}, {1, 1}), i32({2}, {0, 1}),
                      strings({2, 2}, {"dd", "c", "b", "a"})));
  run_everywhere(roll(i8({2, 0}), i32({}, {1}), i32({}, {1}), i8({2, 0})));
  run_everywhere(roll(f32({}, {4}), i32({0}), i32({0}), f32({}, {4})));
  run_everywhere(roll(i16({2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7}), i32({1}, {1}), i32({1}, {1}),
                      i16({2, 2, 2}, {2, 3, 0, 1, 6, 7, 4, 5})));
}

OP_TEST(roll, refuses_axes_out_of_range_and_unequal_lists) {
  const Literal in = f32({2});
  expect_error(roll(in, i32({}, {1}), i32({}, {1}), in), Code::invalid_model,
               "axis 1 is out of range for rank 1");
  expect_error(roll(in, i32({2}), i32({1}), in), Code::invalid_model, "has 2 shifts for 1 axes");
  expect_error(roll(in, i32({1, 1}), i32({1, 1}), in), Code::invalid_model,
               "it must be a scalar or a vector");
}

}  // namespace samara::testing::roll_test
