// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::logistic_test {

OP_TEST(logistic, takes_floats) {
  OpCase c{.op = "LOGISTIC"};
  c.in(f32({12}, {-6.5f, -3, -1, -0.5f, -0.001f, 0, 0.25f, 0.5f, 1, 2.75f, 3.5f, 7}));
  c.out(f32({12}, {0.00150118221f, 0.0474258736f, 0.268941432f, 0.377540678f, 0.499750018f, 0.5f,
                   0.5621765f, 0.622459352f, 0.7310586f, 0.939913332f, 0.970687747f, 0.999089f}));
  run_everywhere(c);
}

OP_TEST(logistic, takes_int8) {
  OpCase c{.op = "LOGISTIC"};
  c.in(i8({12}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.05f, 3));
  c.out(i8({12}, {-128, -126, -92, -25, -13, -10, -6, 13, 96, 116, 126, 127}).q(1.0f / 256, -128));
  run_everywhere(c);
}

OP_TEST(logistic, takes_uint8) {
  OpCase c{.op = "LOGISTIC"};
  c.in(u8({12}, {0, 3, 17, 64, 99, 127, 128, 129, 150, 200, 251, 255}).q(0.07f, 128));
  c.out(u8({12}, {0, 0, 0, 3, 30, 124, 128, 132, 211, 254, 255, 255}).q(1.0f / 256));
  run_everywhere(c);
}

OP_TEST(logistic, takes_int16) {
  OpCase c{.op = "LOGISTIC"};
  c.in(i16({12}, {-32768, -20001, -5000, -777, -60, -1, 0, 1, 50, 900, 12345, 32767}).q(0.0003f));
  c.out(i16({12}, {2, 81, 5978, 14483, 16237, 16381, 16384, 16387, 16507, 18582, 31980, 32766})
            .q(1.0f / 32768));
  run_everywhere(c);
}

OP_TEST(logistic, takes_int16_of_a_power_of_two_scale) {
  OpCase c{.op = "LOGISTIC"};
  c.in(i16({12}, {-32768, -20001, -5000, -777, -60, -1, 0, 1, 50, 900, 12345, 32767})
           .q(1.0f / 4096));
  c.out(i16({12}, {11, 246, 7465, 14835, 16264, 16382, 16384, 16386, 16484, 18177, 31234, 32757})
            .q(1.0f / 32768));
  run_everywhere(c);
}

OP_TEST(logistic, refuses_another_output_scale) {
  OpCase c{.op = "LOGISTIC"};
  c.in(u8({2}).q(1));
  c.out(u8({2}).q(0.5f));
  expect_error(c, Code::invalid_model, "output scale must be 1/256, not 0.5");
}

OP_TEST(logistic, refuses_two_inputs) {
  OpCase c{.op = "LOGISTIC"};
  c.in(f32({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 1 input, has 2");
}

OP_TEST(logistic, refuses_int8_without_scale) {
  OpCase c{.op = "LOGISTIC"};
  c.in(i8({2}));
  c.out(i8({2}).q(1));
  expect_error(c, Code::invalid_model, "quantization scales; it must have one");
}

OP_TEST(logistic, refuses_an_output_of_another_type) {
  OpCase c{.op = "LOGISTIC"};
  c.in(i8({2}).q(1));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "they must have the same type");
}

OP_TEST(logistic, refuses_int16_zero_points) {
  OpCase c{.op = "LOGISTIC"};
  c.in(i16({2}).q(0.5f, 1));
  c.out(i16({2}).q(1.0f / 32768));
  expect_error(c, Code::invalid_model, "zero point must be 0");
}

}  // namespace samara::testing::logistic_test
