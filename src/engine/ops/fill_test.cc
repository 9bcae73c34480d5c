#include "testing/op_test.h"

namespace samara::testing::fill_test {

OP_TEST(fill, repeats_the_value) {
  OpCase c{.op = "FILL"};
  c.constant(i32({2}, {2, 2})).in(f32({}, {1.5f})).out(f32({2, 2}, {1.5f, 1.5f, 1.5f, 1.5f}));
  run_everywhere(c);
  OpCase scalar{.op = "FILL"};
  scalar.constant(i64({0})).in(i8({}, {3})).out(i8({}, {3}));
  run_everywhere(scalar);
  OpCase words{.op = "FILL"};
  words.constant(i32({1}, {2})).in(strings({}, {"ab"})).out(strings({2}, {"ab", "ab"}));
  run_everywhere(words);
}

OP_TEST(fill, refuses_negative_dimensions_and_vectors) {
  OpCase c{.op = "FILL"};
  c.constant(i32({1}, {-1})).in(f32({}, {1})).out(f32({1}));
  expect_error(c, Code::invalid_model, "a dimension cannot be -1");
  OpCase vector{.op = "FILL"};
  vector.constant(i32({1}, {1})).in(f32({1}, {1})).out(f32({1}));
  expect_error(vector, Code::invalid_model, "must have rank 0");
  OpCase huge{.op = "FILL"};
  huge.constant(i32({3}, {2147483647, 2147483647, 2147483647})).in(f32({}, {1})).out(f32({1}));
  expect_error(huge, Code::resource_exhausted, "would have shape");
}

}  // namespace samara::testing::fill_test
