#include "testing/op_test.h"

namespace samara::testing::batch_to_space_nd_test {

OP_TEST(batch_to_space_nd, gathers_pixels) {
  OpCase c{.op = "BATCH_TO_SPACE_ND"};
  c.in(f32({4, 2, 2, 1}, {1, 3, 9, 11, 2, 4, 10, 12, 5, 7, 13, 15, 6, 8, 14, 16}));
  c.constant(i32({2}, {2, 2})).constant(i32({2, 2}));
  c.out(f32({1, 4, 4, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}));
  run_everywhere(c);
}

OP_TEST(batch_to_space_nd, crops) {
  OpCase c{.op = "BATCH_TO_SPACE_ND"};
  c.in(i8({4, 1, 2, 1}, {1, 3, 2, 4, 5, 7, 6, 8}));
  c.constant(i32({2}, {2, 2})).constant(i32({2, 2}, {1, 0, 1, 2}));
  c.out(i8({1, 1, 1, 1}, {6}));
  run_everywhere(c);
}

OP_TEST(batch_to_space_nd, three_dimensions_and_batches) {
  OpCase c{.op = "BATCH_TO_SPACE_ND"};
  c.in(i64({4, 1, 2}, {1, 2, 5, 6, 3, 4, 7, 8})).constant(i32({1}, {2}));
  c.constant(i32({1, 2}, {0, 1})).out(i64({2, 1, 2}, {1, 2, 5, 6}));
  run_everywhere(c);
}

OpCase bad(std::vector<int32_t> block, std::vector<int32_t> crops) {
  OpCase c{.op = "BATCH_TO_SPACE_ND"};
  c.in(f32({4, 2, 2, 1})).constant(i32({2}, block)).constant(i32({2, 2}, crops));
  c.out(f32({1, 1, 1, 1}));
  return c;
}

OP_TEST(batch_to_space_nd, refuses_bad_blocks_and_crops) {
  expect_error(bad({0, 1}, {0, 0, 0, 0}), Code::invalid_model, "a block size of 0");
  expect_error(bad({3, 1}, {0, 0, 0, 0}), Code::invalid_model, "does not divide into blocks of 3");
  expect_error(bad({2, 4}, {0, 0, 0, 0}), Code::invalid_model, "does not divide into blocks of 4");
  expect_error(bad({2, 2}, {-1, 0, 0, 0}), Code::invalid_model, "a negative amount");
  expect_error(bad({2, 2}, {3, 2, 0, 0}), Code::invalid_model, "cannot be cropped by 5");
}

}  // namespace samara::testing::batch_to_space_nd_test
