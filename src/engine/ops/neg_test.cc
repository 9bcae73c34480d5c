// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::neg_test {

OP_TEST(neg, takes_floats) {
  OpCase c{.op = "NEG", .options = fb::NegOptionsT{}};
  c.in(f32({12}, {-6.5f, -3, -1, -0.5f, -0.001f, 0, 0.25f, 0.5f, 1, 2.75f, 3.5f, 7}));
  c.out(f32({12}, {6.5f, 3, 1, 0.5f, 0.001f, 0, -0.25f, -0.5f, -1, -2.75f, -3.5f, -7}));
  run_everywhere(c);
}

OP_TEST(neg, takes_int8) {
  OpCase c{.op = "NEG", .options = fb::NegOptionsT{}};
  c.in(i8({3}, {-5, 0, 7}));
  c.out(i8({3}, {5, 0, -7}));
  run_everywhere(c);
}

OP_TEST(neg, takes_int16) {
  OpCase c{.op = "NEG", .options = fb::NegOptionsT{}};
  c.in(i16({3}, {-5, 0, 7}));
  c.out(i16({3}, {5, 0, -7}));
  run_everywhere(c);
}

OP_TEST(neg, takes_int32) {
  OpCase c{.op = "NEG", .options = fb::NegOptionsT{}};
  c.in(i32({3}, {-5, 0, 7}));
  c.out(i32({3}, {5, 0, -7}));
  run_everywhere(c);
}

OP_TEST(neg, takes_int64) {
  OpCase c{.op = "NEG", .options = fb::NegOptionsT{}};
  c.in(i64({3}, {-5, 0, 7}));
  c.out(i64({3}, {5, 0, -7}));
  run_everywhere(c);
}

OP_TEST(neg, refuses_two_inputs) {
  OpCase c{.op = "NEG", .options = fb::NegOptionsT{}};
  c.in(f32({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 1 input, has 2");
}

}  // namespace samara::testing::neg_test
