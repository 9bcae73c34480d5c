#include "testing/op_test.h"

namespace samara::testing::cos_test {

OP_TEST(cos, takes_floats) {
  OpCase c{.op = "COS", .options = fb::CosOptionsT{}};
  c.in(f32({12}, {-6.5f, -3, -1, -0.5f, -0.001f, 0, 0.25f, 0.5f, 1, 2.75f, 3.5f, 7}));
  c.out(f32({12}, {0.976587653f, -0.9899925f, 0.5403023f, 0.87758255f, 0.9999995f, 1, 0.9689124f,
                   0.87758255f, 0.5403023f, -0.9243024f, -0.9364567f, 0.753902256f}));
  run_everywhere(c);
}

OP_TEST(cos, refuses_two_inputs) {
  OpCase c{.op = "COS", .options = fb::CosOptionsT{}};
  c.in(f32({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 1 input, has 2");
}

}  // namespace samara::testing::cos_test
