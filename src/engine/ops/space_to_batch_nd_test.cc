#include "testing/op_test.h"

namespace samara::testing::space_to_batch_nd_test {

OP_TEST(space_to_batch_nd, deals_pixels_out) {
  OpCase c{.op = "SPACE_TO_BATCH_ND"};
  c.in(f32({1, 4, 4, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}));
  c.constant(i32({2}, {2, 2})).constant(i32({2, 2}));
  c.out(f32({4, 2, 2, 1}, {1, 3, 9, 11, 2, 4, 10, 12, 5, 7, 13, 15, 6, 8, 14, 16}));
  run_everywhere(c);
}

OP_TEST(space_to_batch_nd, pads_with_the_zero_point) {
  OpCase c{.op = "SPACE_TO_BATCH_ND"};
  c.in(i8({1, 3, 1, 1}, {1, 2, 3}).q(0.5f, -9));
  c.constant(i32({2}, {2, 1})).constant(i32({2, 2}, {1, 2, 1, 0}));
  c.out(i8({2, 3, 2, 1}, {-9, -9, -9, 2, -9, -9, -9, 1, -9, 3, -9, -9}).q(0.5f, -9));
  run_everywhere(c);
}

OP_TEST(space_to_batch_nd, three_dimensions_and_batches) {
  OpCase c{.op = "SPACE_TO_BATCH_ND"};
  c.in(i16({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8})).constant(i32({1}, {2}));
  c.constant(i32({1, 2}, {0, 2}));
  c.out(i16({4, 2, 2}, {1, 2, 0, 0, 5, 6, 0, 0, 3, 4, 0, 0, 7, 8, 0, 0}));
  run_everywhere(c);
}

OP_TEST(space_to_batch_nd, padding_may_be_more_than_a_block) {
  OpCase c{.op = "SPACE_TO_BATCH_ND"};
  c.in(f32({1, 1, 1, 1}, {5})).constant(i32({2}, {1, 2})).constant(i32({2, 2}, {0, 0, 5, 2}));
  c.out(f32({2, 1, 4, 1}, {0, 0, 0, 0, 0, 0, 5, 0}));
  run_everywhere(c);
}

OpCase bad(std::vector<int32_t> block, std::vector<int32_t> pads) {
  OpCase c{.op = "SPACE_TO_BATCH_ND"};
  c.in(f32({1, 3, 3, 1})).constant(i32({2}, block)).constant(i32({2, 2}, pads));
  c.out(f32({1, 1, 1, 1}));
  return c;
}

OP_TEST(space_to_batch_nd, refuses_bad_blocks_and_paddings) {
  expect_error(bad({0, 1}, {0, 0, 0, 0}), Code::invalid_model, "a block size of 0");
  expect_error(bad({-1, 1}, {0, 0, 0, 0}), Code::invalid_model, "a block size of -1");
  expect_error(bad({1, 1}, {0, -1, 0, 0}), Code::invalid_model, "a negative amount, -1");
  expect_error(bad({2, 1}, {0, 0, 0, 0}), Code::invalid_model, "does not divide into blocks of 2");
  expect_error(bad({65536, 65536}, {0, 65533, 0, 65533}), Code::invalid_model, "too large");
}

OP_TEST(space_to_batch_nd, refuses_other_ranks_and_shapes) {
  OpCase rank{.op = "SPACE_TO_BATCH_ND"};
  rank.in(f32({1, 2})).constant(i32({0})).constant(i32({0, 2})).out(f32({1, 1}));
  expect_error(rank, Code::unsupported, "it may have 3 or 4");
  OpCase shape{.op = "SPACE_TO_BATCH_ND"};
  shape.in(f32({1, 2, 2, 1})).constant(i32({3}, {1, 1, 1})).constant(i32({2, 2}));
  shape.out(f32({1, 1, 1, 1}));
  expect_error(shape, Code::invalid_model, "the block shape has shape [3]");
}

}  // namespace samara::testing::space_to_batch_nd_test
