// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::log_test {

OP_TEST(log, takes_floats) {
  OpCase c{.op = "LOG"};
  c.in(f32({5}, {0.001f, 0.5f, 1, 10, 1000}));
  c.out(f32({5}, {-6.90775537f, -0.6931472f, 0, 2.30258512f, 6.90775537f}));
  run_everywhere(c);
}

OP_TEST(log, takes_int8) {
  OpCase c{.op = "LOG"};
  c.in(i8({12}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.02f, 3));
  c.out(i8({12}, {-128, -128, -128, -128, -128, -128, -128, -64, 12, 27, 42, 50}).q(0.03f, 20));
  run_everywhere(c);
}

OP_TEST(log, takes_int16) {
  OpCase c{.op = "LOG"};
  c.in(i16({12}, {-32768, -20001, -5000, -777, -60, -1, 0, 1, 50, 900, 12345, 32767}).q(0.001f));
  c.out(i16({12}, {-32768, -32768, -32768, -32768, -29334, -26354, -26304, -26130, -17615, -211,
                   5027, 6979})
            .q(0.0005f));
  run_everywhere(c);
}

OP_TEST(log, refuses_two_inputs) {
  OpCase c{.op = "LOG"};
  c.in(f32({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 1 input, has 2");
}

OP_TEST(log, refuses_int8_without_scale) {
  OpCase c{.op = "LOG"};
  c.in(i8({2}));
  c.out(i8({2}).q(1));
  expect_error(c, Code::invalid_model, "quantization scales; it must have one");
}

OP_TEST(log, refuses_an_output_of_another_type) {
  OpCase c{.op = "LOG"};
  c.in(i8({2}).q(1));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "they must have the same type");
}

OP_TEST(log, refuses_int16_zero_points) {
  OpCase c{.op = "LOG"};
  c.in(i16({2}).q(0.5f, 1));
  c.out(i16({2}).q(1.0f / 32768));
  expect_error(c, Code::invalid_model, "zero point must be 0");
}

}  // namespace samara::testing::log_test
