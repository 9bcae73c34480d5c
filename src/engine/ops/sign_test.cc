#include "testing/op_test.h"

namespace samara::testing::sign_test {

OP_TEST(sign, takes_floats) {
  OpCase c{.op = "SIGN", .options = fb::SignOptionsT{}};
  c.in(f32({5}, {-3, 0, 0, 0.1f, 7}));
  c.out(f32({5}, {-1, 0, 0, 1, 1}));
  run_everywhere(c);
}

OP_TEST(sign, takes_int32) {
  OpCase c{.op = "SIGN", .options = fb::SignOptionsT{}};
  c.in(i32({3}, {-5, 0, 7}));
  c.out(i32({3}, {-1, 0, 1}));
  run_everywhere(c);
}

OP_TEST(sign, refuses_two_inputs) {
  OpCase c{.op = "SIGN", .options = fb::SignOptionsT{}};
  c.in(f32({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 1 input, has 2");
}

}  // namespace samara::testing::sign_test
