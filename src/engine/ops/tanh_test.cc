// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::tanh_test {

OP_TEST(tanh, takes_floats) {
  OpCase c{.op = "TANH"};
  c.in(f32({12}, {-6.5f, -3, -1, -0.5f, -0.001f, 0, 0.25f, 0.5f, 1, 2.75f, 3.5f, 7}));
  c.out(
      f32({12}, {-0.99999547f, -0.9950548f, -0.7615942f, -0.462117165f, -0.0009999997f, 0,
                 0.244918659f, 0.462117165f, 0.7615942f, 0.991859734f, 0.9981779f, 0.999998331f}));
  run_everywhere(c);
}

OP_TEST(tanh, takes_int8) {
  OpCase c{.op = "TANH"};
  c.in(i8({12}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.02f, 3));
  c.out(i8({12}, {-127, -122, -79, -20, -10, -8, -5, 10, 84, 107, 123, 126}).q(1.0f / 128));
  run_everywhere(c);
}

OP_TEST(tanh, takes_uint8) {
  OpCase c{.op = "TANH"};
  c.in(u8({12}, {0, 3, 17, 64, 99, 127, 128, 129, 150, 200, 251, 255}).q(0.02f, 128));
  c.out(u8({12}, {2, 2, 3, 18, 61, 125, 128, 131, 181, 242, 254, 254}).q(1.0f / 128, 128));
  run_everywhere(c);
}

OP_TEST(tanh, takes_int16) {
  OpCase c{.op = "TANH"};
  c.in(i16({12}, {-32768, -20001, -5000, -777, -60, -1, 0, 1, 50, 900, 12345, 32767}).q(0.0003f));
  c.out(i16({12}, {-32767, -32767, -29660, -7502, -590, -11, 0, 11, 491, 8639, 32729, 32767})
            .q(1.0f / 32768));
  run_everywhere(c);
}

OP_TEST(tanh, takes_int16_of_a_power_of_two_scale) {
  OpCase c{.op = "TANH"};
  c.in(i16({12}, {-32768, -20001, -5000, -777, -60, -1, 0, 1, 50, 900, 12345, 32767})
           .q(1.0f / 2048));
  c.out(i16({12}, {-32767, -32767, -32275, -11868, -960, -16, 0, 16, 800, 13540, 32767, 32767})
            .q(1.0f / 32768));
  run_everywhere(c);
}

OP_TEST(tanh, refuses_another_output_scale) {
  OpCase c{.op = "TANH"};
  c.in(i16({2}).q(1));
  c.out(i16({2}).q(0.5f));
  expect_error(c, Code::invalid_model, "output scale must be 1/32768, not 0.5");
}

OP_TEST(tanh, refuses_two_inputs) {
  OpCase c{.op = "TANH"};
  c.in(f32({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 1 input, has 2");
}

OP_TEST(tanh, refuses_int8_without_scale) {
  OpCase c{.op = "TANH"};
  c.in(i8({2}));
  c.out(i8({2}).q(1));
  expect_error(c, Code::invalid_model, "quantization scales; it must have one");
}

OP_TEST(tanh, refuses_an_output_of_another_type) {
  OpCase c{.op = "TANH"};
  c.in(i8({2}).q(1));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "they must have the same type");
}

OP_TEST(tanh, refuses_int16_zero_points) {
  OpCase c{.op = "TANH"};
  c.in(i16({2}).q(0.5f, 1));
  c.out(i16({2}).q(1.0f / 32768));
  expect_error(c, Code::invalid_model, "zero point must be 0");
}

}  // namespace samara::testing::tanh_test
