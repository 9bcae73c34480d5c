#include "testing/op_test.h"

namespace samara::testing::zeros_like_test {

OP_TEST(zeros_like, gives_zeros) {
  OpCase c{.op = "ZEROS_LIKE"};
  c.in(f32({2, 2}, {1, 2, 3, 4})).out(f32({2, 2}));
  run_everywhere(c);
  OpCase longs{.op = "ZEROS_LIKE"};
  longs.in(i64({1}, {7})).out(i64({1}));
  run_everywhere(longs);
}

OP_TEST(zeros_like, refuses_another_type) {
  OpCase c{.op = "ZEROS_LIKE"};
  c.in(f32({1})).out(i32({1}));
  expect_error(c, Code::invalid_model, "same type");
}

}  // namespace samara::testing::zeros_like_test
