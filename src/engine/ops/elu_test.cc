// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::elu_test {

OP_TEST(elu, takes_floats) {
  OpCase c{.op = "ELU"};
  c.in(f32({12}, {-6.5f, -3, -1, -0.5f, -0.001f, 0, 0.25f, 0.5f, 1, 2.75f, 3.5f, 7}));
  c.out(f32({12}, {-0.998496532f, -0.950212955f, -0.63212055f, -0.393469334f, -0.0009995002f, 0,
                   0.25f, 0.5f, 1, 2.75f, 3.5f, 7}));
  run_everywhere(c);
}

OP_TEST(elu, takes_int8) {
  OpCase c{.op = "ELU"};
  c.in(i8({12}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.05f, 3));
  c.out(i8({12}, {-35, -35, -31, -18, -15, -13, -12, -5, 39, 66, 111, 127}).q(0.04f, -10));
  run_everywhere(c);
}

OP_TEST(elu, refuses_two_inputs) {
  OpCase c{.op = "ELU"};
  c.in(f32({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 1 input, has 2");
}

OP_TEST(elu, refuses_int8_without_scale) {
  OpCase c{.op = "ELU"};
  c.in(i8({2}));
  c.out(i8({2}).q(1));
  expect_error(c, Code::invalid_model, "quantization scales; it must have one");
}

OP_TEST(elu, refuses_an_output_of_another_type) {
  OpCase c{.op = "ELU"};
  c.in(i8({2}).q(1));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "they must have the same type");
}

}  // namespace samara::testing::elu_test
