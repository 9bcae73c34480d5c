#include <cmath>

#include "testing/op_test.h"

namespace samara::testing::range_test {

OP_TEST(range, counts_up_and_down) {
  OpCase up{.op = "RANGE"};
  up.constant(i32({}, {2})).constant(i32({}, {9})).constant(i32({}, {3})).out(i32({3}, {2, 5, 8}));
  run_everywhere(up);
  OpCase down{.op = "RANGE"};
  down.constant(i64({}, {3})).constant(i64({}, {0})).constant(i64({}, {-1}));
  down.out(i64({3}, {3, 2, 1}));
  run_everywhere(down);
  OpCase floats{.op = "RANGE"};
  floats.constant(f32({}, {0})).constant(f32({}, {1})).constant(f32({}, {0.3f}));
  floats.out(f32({4}, {0, 0.3f, 0.6f, 0.9f}));
  run_everywhere(floats);
}

OP_TEST(range, may_be_empty) {
  OpCase c{.op = "RANGE"};
  c.constant(i32({}, {2})).constant(i32({}, {2})).constant(i32({}, {1})).out(i32({0}));
  run_everywhere(c);
}

OP_TEST(range, reaches_the_ends_of_the_type) {
  OpCase c{.op = "RANGE"};
  c.constant(i32({}, {-2147483647 - 1})).constant(i32({}, {2147483647}));
  c.constant(i32({}, {2147483647})).out(i32({3}, {-2147483647 - 1, -1, 2147483646}));
  run_everywhere(c);
}

OP_TEST(range, refuses_what_does_not_end) {
  OpCase zero{.op = "RANGE"};
  zero.constant(i32({}, {0})).constant(i32({}, {1})).constant(i32({}, {0})).out(i32({1}));
  expect_error(zero, Code::invalid_model, "delta is 0");
  OpCase away{.op = "RANGE"};
  away.constant(f32({}, {0})).constant(f32({}, {1})).constant(f32({}, {-1})).out(f32({1}));
  expect_error(away, Code::invalid_model, "does not lead from 0 to 1");
  OpCase many{.op = "RANGE"};
  many.constant(f32({}, {0})).constant(f32({}, {1})).constant(f32({}, {1e-30f})).out(f32({1}));
  expect_error(many, Code::invalid_model, "too many elements");
  OpCase nan{.op = "RANGE"};
  nan.constant(f32({}, {0})).constant(f32({}, {NAN})).constant(f32({}, {1})).out(f32({1}));
  expect_error(nan, Code::invalid_model, "does not lead");
  OpCase vector{.op = "RANGE"};
  vector.constant(i32({1})).constant(i32({}, {1})).constant(i32({}, {1})).out(i32({1}));
  expect_error(vector, Code::invalid_model, "must have rank 0");
}

}  // namespace samara::testing::range_test
