#include "testing/op_test.h"

namespace samara::testing::non_max_suppression_v5_test {

OpCase best(float overlap, float threshold, float sigma) {
  OpCase c{.op = "NON_MAX_SUPPRESSION_V5"};
  c.in(f32({6, 4}, {0, 0,  1, 1,  0, 0.1f,  1, 1.1f,  0, -0.1f, 1, 0.9f,
                    0, 10, 1, 11, 0, 10.1f, 1, 11.1f, 0, 100,   1, 101}));
  c.in(f32({6}, {0.9f, 0.75f, 0.6f, 0.95f, 0.5f, 0.3f})).constant(i32({}, {6}));
  return c.constant(f32({}, {overlap})).constant(f32({}, {threshold})).constant(f32({}, {sigma}));
}

// From LiteRT's reference kernel.
OP_TEST(non_max_suppression_v5, lowers_scores_where_boxes_overlap) {
  OpCase c = best(1, 0.3f, 0.5f);
  c.out(i32({6}, {3, 0, 1, 0, 0, 0})).out(f32({6}, {0.95f, 0.9f, 0.38400355f, 0, 0, 0}));
  run_everywhere(c.out(i32({}, {3})));
}

OP_TEST(non_max_suppression_v5, without_sigma_is_as_v4) {
  OpCase c = best(0.5f, 0, 0);
  c.out(i32({6}, {3, 0, 5, 0, 0, 0})).out(f32({6}, {0.95f, 0.9f, 0.3f, 0, 0, 0}));
  run_everywhere(c.out(i32({}, {3})));
}

OP_TEST(non_max_suppression_v5, refuses_a_negative_sigma) {
  OpCase c = best(0.5f, 0, -1);
  c.out(i32({6})).out(f32({6})).out(i32({}));
  expect_error(c, Code::invalid_model, "sigma is -1");
  c.inputs.pop_back();
  expect_error(c, Code::invalid_model, "6 inputs");
}

}  // namespace samara::testing::non_max_suppression_v5_test
