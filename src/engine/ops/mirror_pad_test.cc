#include "testing/op_test.h"

namespace samara::testing::mirror_pad_test {

OpCase mirror(fb::MirrorPadMode mode) {
  return {.op = "MIRROR_PAD",
          .options = options<fb::MirrorPadOptionsT>([&](auto& o) { o.mode = mode; })};
}

OP_TEST(mirror_pad, reflects_without_the_edge) {
  OpCase c = mirror(fb::MirrorPadMode_REFLECT);
  c.in(f32({2, 3}, {1, 2, 3, 4, 5, 6})).constant(i32({2, 2}, {1, 0, 2, 1}));
  c.out(f32({3, 6}, {6, 5, 4, 5, 6, 5, 3, 2, 1, 2, 3, 2, 6, 5, 4, 5, 6, 5}));
  run_everywhere(c);
}

OP_TEST(mirror_pad, repeats_the_edge) {
  OpCase c = mirror(fb::MirrorPadMode_SYMMETRIC);
  c.in(i8({2, 2}, {1, 2, 3, 4})).constant(i64({2, 2}, {0, 2, 1, 0}));
  c.out(i8({4, 3}, {1, 1, 2, 3, 3, 4, 3, 3, 4, 1, 1, 2}));
  run_everywhere(c);
}

OP_TEST(mirror_pad, moves_whole_inner_rows) {
  OpCase c = mirror(fb::MirrorPadMode_REFLECT);
  c.in(i32({1, 2, 2}, {1, 2, 3, 4})).constant(i32({3, 2}, {0, 0, 1, 1, 0, 0}));
  c.out(i32({1, 4, 2}, {3, 4, 1, 2, 3, 4, 1, 2}));
  run_everywhere(c);
}

OP_TEST(mirror_pad, refuses_more_than_there_is_to_mirror) {
  OpCase reflect = mirror(fb::MirrorPadMode_REFLECT);
  reflect.in(f32({2})).constant(i32({1, 2}, {2, 0})).out(f32({4}));
  expect_error(reflect, Code::invalid_model, "padding 2 of dimension 0 is more than the 1");
  OpCase symmetric = mirror(fb::MirrorPadMode_SYMMETRIC);
  symmetric.in(f32({2})).constant(i32({1, 2}, {0, 3})).out(f32({5}));
  expect_error(symmetric, Code::invalid_model, "padding 3 of dimension 0 is more than the 2");
  OpCase negative = mirror(fb::MirrorPadMode_REFLECT);
  negative.in(f32({2})).constant(i32({1, 2}, {-1, 0})).out(f32({1}));
  expect_error(negative, Code::invalid_model, "is negative");
}

}  // namespace samara::testing::mirror_pad_test
