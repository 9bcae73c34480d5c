#include "testing/op_test.h"

namespace samara::testing::space_to_depth_test {

OpCase to_depth(int block) {
  return {.op = "SPACE_TO_DEPTH",
          .options = options<fb::SpaceToDepthOptionsT>([&](auto& o) { o.block_size = block; })};
}

OP_TEST(space_to_depth, blocks_become_channels) {
  OpCase c = to_depth(2);
  c.in(f32({1, 2, 4, 1}, {1, 2, 3, 4, 5, 6, 7, 8}));
  c.out(f32({1, 1, 2, 4}, {1, 2, 5, 6, 3, 4, 7, 8}));
  run_everywhere(c);
  OpCase deep = to_depth(2);
  deep.in(i8({1, 2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}));
  deep.out(i8({1, 1, 1, 8}, {1, 2, 3, 4, 5, 6, 7, 8}));
  run_everywhere(deep);
}

OP_TEST(space_to_depth, refuses_bad_blocks) {
  OpCase zero = to_depth(0);
  zero.in(f32({1, 2, 2, 1})).out(f32({1, 1, 1, 1}));
  expect_error(zero, Code::invalid_model, "block_size is 0");
  OpCase three = to_depth(3);
  three.in(f32({1, 3, 2, 1})).out(f32({1, 1, 1, 1}));
  expect_error(three, Code::invalid_model, "does not divide into blocks of 3");
  OpCase rank = to_depth(1);
  rank.in(f32({2, 2, 1})).out(f32({2, 2, 1}));
  expect_error(rank, Code::invalid_model, "must have rank 4");
}

}  // namespace samara::testing::space_to_depth_test
