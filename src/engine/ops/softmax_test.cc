// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::softmax_test {

OP_TEST(softmax, takes_floats) {
  OpCase c{.op = "SOFTMAX", .options = options<fb::SoftmaxOptionsT>([](auto& o) { o.beta = 1; })};
  c.in(f32({2, 4}, {1, 2, 3, 4, -1, 0, -1000, 1000}));
  c.out(f32({2, 4}, {0.0320586041f, 0.08714432f, 0.236882836f, 0.6439143f, 0, 0, 0, 1}));
  run_everywhere(c);
}

OP_TEST(softmax, takes_beta) {
  OpCase c{.op = "SOFTMAX",
           .options = options<fb::SoftmaxOptionsT>([](auto& o) { o.beta = 0.5f; })};
  c.in(f32({3}, {1, 2, 3}));
  c.out(f32({3}, {0.186323732f, 0.3071959f, 0.5064804f}));
  run_everywhere(c);
}

OP_TEST(softmax, takes_int8) {
  OpCase c{.op = "SOFTMAX", .options = options<fb::SoftmaxOptionsT>([](auto& o) { o.beta = 1; })};
  c.in(i8({3, 4}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.05f, 3));
  c.out(i8({3, 4}, {-128, -125, -78, 75, -73, -70, -67, -46, -125, -120, -78, 66})
            .q(1.0f / 256, -128));
  run_everywhere(c);
}

OP_TEST(softmax, takes_uint8) {
  OpCase c{.op = "SOFTMAX", .options = options<fb::SoftmaxOptionsT>([](auto& o) { o.beta = 2; })};
  c.in(u8({2, 6}, {0, 3, 17, 64, 99, 127, 128, 129, 150, 200, 251, 255}).q(0.03f, 128));
  c.out(u8({2, 6}, {0, 0, 0, 5, 39, 211, 0, 0, 0, 5, 110, 140}).q(1.0f / 256));
  run_everywhere(c);
}

OP_TEST(softmax, takes_int16) {
  OpCase c{.op = "SOFTMAX", .options = options<fb::SoftmaxOptionsT>([](auto& o) { o.beta = 1; })};
  c.in(i16({2, 6}, {-32768, -20001, -5000, -777, -60, -1, 0, 1, 50, 900, 12345, 32767}).q(0.0005f));
  c.out(i16({2, 6}, {1, 1, 985, 8138, 11648, 11995, 2, 2, 2, 2, 2, 32757}).q(1.0f / 32768));
  run_everywhere(c);
}

OP_TEST(softmax, widens_int8_to_int16) {
  OpCase c{.op = "SOFTMAX", .options = options<fb::SoftmaxOptionsT>([](auto& o) { o.beta = 1; })};
  c.in(i8({3, 4}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.05f, 3));
  c.out(i16({3, 4}, {-32657, -32028, -19972, 19121, -18669, -17946, -17186, -11735, -32058, -30635,
                     -19862, 17018})
            .q(1.0f / 32768));
  run_everywhere(c);
}

// Where the reference kernel aborts: the reciprocal of the sum has no bits left.
OP_TEST(softmax, takes_rows_of_many_equal_values) {
  OpCase c{.op = "SOFTMAX", .options = options<fb::SoftmaxOptionsT>([](auto& o) { o.beta = 1; })};
  c.in(i8({600}).q(0.1f)).out(i8({600}, std::vector<int8_t>(600, -128)).q(1.0f / 256, -128));
  run_everywhere(c);
}

OP_TEST(softmax, refuses_scalars) {
  OpCase c{.op = "SOFTMAX", .options = options<fb::SoftmaxOptionsT>([](auto& o) { o.beta = 1; })};
  c.in(f32({}));
  c.out(f32({}));
  expect_error(c, Code::invalid_model, "input is a scalar");
}

OP_TEST(softmax, refuses_another_output_scale) {
  OpCase c{.op = "SOFTMAX", .options = options<fb::SoftmaxOptionsT>([](auto& o) { o.beta = 1; })};
  c.in(i8({2}).q(1));
  c.out(i8({2}).q(0.5f));
  expect_error(c, Code::invalid_model,
               "output must have scale 0.00390625 and zero point -128, not 0.5 and 0");
}

OP_TEST(softmax, refuses_beta_0_for_int8) {
  OpCase c{.op = "SOFTMAX"};
  c.in(i8({2}).q(1));
  c.out(i8({2}).q(1.0f / 256, -128));
  expect_error(c, Code::invalid_model, "beta 0 is not positive");
}

OP_TEST(softmax, refuses_int8_without_scale) {
  OpCase c{.op = "SOFTMAX", .options = options<fb::SoftmaxOptionsT>([](auto& o) { o.beta = 1; })};
  c.in(i8({2}));
  c.out(i8({2}).q(1.0f / 256, -128));
  expect_error(c, Code::invalid_model, "quantization scales; it must have one");
}

OP_TEST(softmax, refuses_int16_zero_points) {
  OpCase c{.op = "SOFTMAX", .options = options<fb::SoftmaxOptionsT>([](auto& o) { o.beta = 1; })};
  c.in(i16({2}).q(1, 1));
  c.out(i16({2}).q(1.0f / 32768));
  expect_error(c, Code::invalid_model, "zero point must be 0, not 1");
}

}  // namespace samara::testing::softmax_test
