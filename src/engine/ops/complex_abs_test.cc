#include "testing/op_test.h"

namespace samara::testing::complex_abs_test {

OP_TEST(complex_abs, takes_complex_numbers) {
  OpCase c{.op = "COMPLEX_ABS"};
  c.in(c64({2, 2}, {{3, 4}, {-1, 0}, {0, 2}, {0.5f, -0.25f}}));
  c.out(f32({2, 2}, {5, 1, 2, 0.559017f}));
  run_everywhere(c);
}

OP_TEST(complex_abs, refuses_floats) {
  OpCase c{.op = "COMPLEX_ABS"};
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::unsupported, "has no kernel");
}

OP_TEST(complex_abs, refuses_an_output_that_is_not_float) {
  OpCase c{.op = "COMPLEX_ABS"};
  c.in(c64({2}));
  c.out(i32({2}));
  expect_error(c, Code::unsupported, "it may be float32");
}

}  // namespace samara::testing::complex_abs_test
