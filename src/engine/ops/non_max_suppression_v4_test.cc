#include "testing/op_test.h"

namespace samara::testing::non_max_suppression_v4_test {

Literal boxes() {
  return f32({6, 4}, {0, 0,  1, 1,  0, 0.1f,  1, 1.1f,  0, -0.1f, 1, 0.9f,
                      0, 10, 1, 11, 0, 10.1f, 1, 11.1f, 0, 100,   1, 101});
}
Literal scores() { return f32({6}, {0.9f, 0.75f, 0.6f, 0.95f, 0.5f, 0.3f}); }

OpCase best(Literal of, Literal scored, int32_t most, float threshold = 0) {
  OpCase c{.op = "NON_MAX_SUPPRESSION_V4"};
  c.in(std::move(of)).in(std::move(scored)).constant(i32({}, {most}));
  return c.constant(f32({}, {0.5f})).constant(f32({}, {threshold}));
}

// From LiteRT's reference kernel.
OP_TEST(non_max_suppression_v4, keeps_the_best_of_overlapping_boxes) {
  run_everywhere(best(boxes(), scores(), 6).out(i32({6}, {3, 0, 5, 0, 0, 0})).out(i32({}, {3})));
  run_everywhere(best(boxes(), scores(), 2).out(i32({2}, {3, 0})).out(i32({}, {2})));
  run_everywhere(best(boxes(), scores(), 3, 0.4f).out(i32({3}, {3, 0, 0})).out(i32({}, {2})));
  run_everywhere(best(boxes(), scores(), 0).out(i32({0})).out(i32({}, {0})));
}

OP_TEST(non_max_suppression_v4, takes_any_two_corners) {
  const auto turned = f32({2, 4}, {1, 1.1f, 0, 0.1f, 1, 0, 0, 1});
  run_everywhere(best(turned, f32({2}, {1, 2}), 2).out(i32({2}, {1, 0})).out(i32({}, {1})));
}

OP_TEST(non_max_suppression_v4, chooses_an_empty_box_once) {
  const auto empty = f32({2, 4}, {0, 0, 0, 0, 2, 2, 3, 3});
  run_everywhere(best(empty, f32({2}, {2, 1}), 4).out(i32({4}, {0, 1, 0, 0})).out(i32({}, {2})));
}

OP_TEST(non_max_suppression_v4, refuses_what_does_not_fit) {
  const auto refuses = [](OpCase c, const char* text) {
    c.out(i32({6})).out(i32({}));
    expect_error(c, Code::invalid_model, text);
  };
  refuses(best(f32({6, 3}), scores(), 6), "boxes of shape");
  refuses(best(boxes(), f32({5}), 6), "boxes of shape");
  refuses(best(f32({24}), scores(), 6), "rank");
  refuses(best(boxes(), scores(), -1), "-1 boxes");
  OpCase c = best(boxes(), scores(), 6);
  c.inputs[2] = i32({1}, {6}).as(Role::constant);
  refuses(c, "rank");
}

}  // namespace samara::testing::non_max_suppression_v4_test
