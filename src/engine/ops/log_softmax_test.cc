// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::log_softmax_test {

OP_TEST(log_softmax, takes_floats) {
  OpCase c{.op = "LOG_SOFTMAX", .options = fb::LogSoftmaxOptionsT{}};
  c.in(f32({2, 4}, {1, 2, 3, 4, -1, 0, -10, 10}));
  c.out(f32({2, 4}, {-3.4401896f, -2.4401896f, -1.44018972f, -0.4401897f, -11.000062f, -10.000062f,
                     -20.0000629f, -6.210611e-05f}));
  run_everywhere(c);
}

OP_TEST(log_softmax, takes_int8) {
  OpCase c{.op = "LOG_SOFTMAX", .options = fb::LogSoftmaxOptionsT{}};
  c.in(i8({3, 4}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.05f, 3));
  c.out(i8({3, 4}, {25, 55, 101, 123, 102, 103, 104, 109, 55, 72, 101, 123}).q(1.0f / 16, 127));
  run_everywhere(c);
}

OP_TEST(log_softmax, takes_uint8) {
  OpCase c{.op = "LOG_SOFTMAX", .options = fb::LogSoftmaxOptionsT{}};
  c.in(u8({2, 6}, {0, 3, 17, 64, 99, 127, 128, 129, 150, 200, 251, 255}).q(0.03f, 128));
  c.out(u8({2, 6}, {186, 187, 194, 217, 233, 247, 182, 182, 192, 216, 241, 243}).q(1.0f / 16, 255));
  run_everywhere(c);
}

OP_TEST(log_softmax, refuses_scalars) {
  OpCase c{.op = "LOG_SOFTMAX"};
  c.in(f32({}));
  c.out(f32({}));
  expect_error(c, Code::invalid_model, "input is a scalar");
}

OP_TEST(log_softmax, refuses_another_output_scale) {
  OpCase c{.op = "LOG_SOFTMAX"};
  c.in(i8({2}).q(1));
  c.out(i8({2}).q(0.5f));
  expect_error(c, Code::invalid_model, "output must have scale 1/16 and zero point 127");
}

}  // namespace samara::testing::log_softmax_test
