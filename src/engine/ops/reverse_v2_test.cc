#include "testing/op_test.h"

namespace samara::testing::reverse_v2_test {

OP_TEST(reverse_v2, turns_axes_around) {
  OpCase last{.op = "REVERSE_V2"};
  last.in(f32({2, 2}, {1, 2, 3, 4})).constant(i32({1}, {-1})).out(f32({2, 2}, {2, 1, 4, 3}));
  run_everywhere(last);
  OpCase first{.op = "REVERSE_V2"};
  first.in(i8({2, 2}, {1, 2, 3, 4})).constant(i32({1}, {0})).out(i8({2, 2}, {3, 4, 1, 2}));
  run_everywhere(first);
  OpCase both{.op = "REVERSE_V2"};
  both.in(i64({2, 1, 2}, {1, 2, 3, 4}))
      .constant(i32({2}, {0, 2}))
      .out(i64({2, 1, 2}, {4, 3, 2, 1}));
  run_everywhere(both);
  OpCase none{.op = "REVERSE_V2"};
  none.in(i16({2}, {1, 2})).constant(i32({0})).out(i16({2}, {1, 2}));
  run_everywhere(none);
}

OP_TEST(reverse_v2, refuses_axes_out_of_range_or_twice) {
  OpCase range{.op = "REVERSE_V2"};
  range.in(f32({2})).constant(i32({1}, {1})).out(f32({2}));
  expect_error(range, Code::invalid_model, "axis 1 is out of range");
  OpCase twice{.op = "REVERSE_V2"};
  twice.in(f32({2})).constant(i32({2}, {0, -1})).out(f32({2}));
  expect_error(twice, Code::invalid_model, "axis 0 occurs twice");
}

}  // namespace samara::testing::reverse_v2_test
