// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::gelu_test {

OP_TEST(gelu, takes_floats) {
  OpCase c{.op = "GELU",
           .options = options<fb::GeluOptionsT>([](auto& o) { o.approximate = true; })};
  c.in(f32({12}, {-6.5f, -3, -1, -0.5f, -0.001f, 0, 0.25f, 0.5f, 1, 2.75f, 3.5f, 7}));
  c.out(f32({12}, {0, -0.003637433f, -0.158808f, -0.154286f, -0.000499601068f, 0, 0.149675354f,
                   0.345714f, 0.841192f, 2.74227667f, 3.49938369f, 7}));
  run_everywhere(c);
}

OP_TEST(gelu, takes_int8) {
  OpCase c{.op = "GELU",
           .options = options<fb::GeluOptionsT>([](auto& o) { o.approximate = true; })};
  c.in(i8({12}, {-128, -90, -33, -5, -1, 0, 1, 7, 42, 64, 100, 127}).q(0.05f, 3));
  c.out(i8({12}, {-10, -10, -12, -13, -12, -12, -11, -7, 38, 66, 111, 127}).q(0.04f, -10));
  run_everywhere(c);
}

OP_TEST(gelu, takes_uint8) {
  OpCase c{.op = "GELU",
           .options = options<fb::GeluOptionsT>([](auto& o) { o.approximate = true; })};
  c.in(u8({12}, {0, 3, 17, 64, 99, 127, 128, 129, 150, 200, 251, 255}).q(0.05f, 128));
  c.out(u8({12}, {20, 20, 20, 20, 16, 19, 20, 21, 52, 140, 225, 232}).q(0.03f, 20));
  run_everywhere(c);
}

OP_TEST(gelu, takes_int16) {
  OpCase c{.op = "GELU",
           .options = options<fb::GeluOptionsT>([](auto& o) { o.approximate = true; })};
  c.in(i16({12}, {-32768, -20001, -5000, -777, -60, -1, 0, 1, 50, 900, 12345, 32767}).q(0.001f));
  c.out(i16({12}, {0, 0, 0, -340, -56, -3, -2, -1, 53, 1467, 24689, 32767}).q(0.0005f));
  run_everywhere(c);
}

OP_TEST(gelu, is_exact_where_asked) {
  OpCase c{.op = "GELU", .options = fb::GeluOptionsT{}};
  c.in(f32({12}, {-6.5f, -3, -1, -0.5f, -0.001f, 0, 0.25f, 0.5f, 1, 2.75f, 3.5f, 7}));
  c.out(
      f32({12}, {-2.61040717e-10f, -0.00404969556f, -0.158655256f, -0.154268771f, -0.000499601068f,
                 0, 0.149676576f, 0.345731229f, 0.8413447f, 2.74180555f, 3.4991858f, 7}));
  run_everywhere(c);
}

OP_TEST(gelu, refuses_two_inputs) {
  OpCase c{.op = "GELU",
           .options = options<fb::GeluOptionsT>([](auto& o) { o.approximate = true; })};
  c.in(f32({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 1 input, has 2");
}

OP_TEST(gelu, refuses_int8_without_scale) {
  OpCase c{.op = "GELU",
           .options = options<fb::GeluOptionsT>([](auto& o) { o.approximate = true; })};
  c.in(i8({2}));
  c.out(i8({2}).q(1));
  expect_error(c, Code::invalid_model, "quantization scales; it must have one");
}

OP_TEST(gelu, refuses_an_output_of_another_type) {
  OpCase c{.op = "GELU",
           .options = options<fb::GeluOptionsT>([](auto& o) { o.approximate = true; })};
  c.in(i8({2}).q(1));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "they must have the same type");
}

OP_TEST(gelu, refuses_int16_zero_points) {
  OpCase c{.op = "GELU",
           .options = options<fb::GeluOptionsT>([](auto& o) { o.approximate = true; })};
  c.in(i16({2}).q(0.5f, 1));
  c.out(i16({2}).q(1.0f / 32768));
  expect_error(c, Code::invalid_model, "zero point must be 0");
}

}  // namespace samara::testing::gelu_test
