#include "testing/op_test.h"

namespace samara::testing::sin_test {

OP_TEST(sin, takes_floats) {
  OpCase c{.op = "SIN"};
  c.in(f32({12}, {-6.5f, -3, -1, -0.5f, -0.001f, 0, 0.25f, 0.5f, 1, 2.75f, 3.5f, 7}));
  c.out(f32({12}, {-0.215119988f, -0.14112f, -0.841470957f, -0.47942555f, -0.0009999999f, 0,
                   0.247403964f, 0.47942555f, 0.841470957f, 0.381661f, -0.350783229f, 0.6569866f}));
  run_everywhere(c);
}

OP_TEST(sin, refuses_two_inputs) {
  OpCase c{.op = "SIN"};
  c.in(f32({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 1 input, has 2");
}

}  // namespace samara::testing::sin_test
