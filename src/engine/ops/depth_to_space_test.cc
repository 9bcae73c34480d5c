#include "testing/op_test.h"

namespace samara::testing::depth_to_space_test {

OpCase to_space(int block) {
  return {.op = "DEPTH_TO_SPACE",
          .options = options<fb::DepthToSpaceOptionsT>([&](auto& o) { o.block_size = block; })};
}

OP_TEST(depth_to_space, channels_become_blocks) {
  OpCase c = to_space(2);
  c.in(f32({1, 1, 2, 4}, {1, 2, 5, 6, 3, 4, 7, 8}));
  c.out(f32({1, 2, 4, 1}, {1, 2, 3, 4, 5, 6, 7, 8}));
  run_everywhere(c);
  OpCase deep = to_space(2);
  deep.in(u8({1, 1, 1, 8}, {1, 2, 3, 4, 5, 6, 7, 8}));
  deep.out(u8({1, 2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}));
  run_everywhere(deep);
}

OP_TEST(depth_to_space, refuses_bad_blocks) {
  OpCase zero = to_space(0);
  zero.in(f32({1, 2, 2, 4})).out(f32({1, 1, 1, 1}));
  expect_error(zero, Code::invalid_model, "block_size is 0");
  OpCase three = to_space(3);
  three.in(f32({1, 1, 1, 4})).out(f32({1, 1, 1, 1}));
  expect_error(three, Code::invalid_model, "4 channels do not divide into blocks of 3 by 3");
}

}  // namespace samara::testing::depth_to_space_test
