#include "testing/op_test.h"

namespace samara::testing::tile_test {

OP_TEST(tile, repeats_along_each_dimension) {
  OpCase c{.op = "TILE"};
  c.in(f32({2, 2}, {1, 2, 3, 4})).constant(i32({2}, {2, 2}));
  c.out(f32({4, 4}, {1, 2, 1, 2, 3, 4, 3, 4, 1, 2, 1, 2, 3, 4, 3, 4}));
  run_everywhere(c);
}

OP_TEST(tile, takes_64_bit_multipliers_zeros_and_strings) {
  OpCase c{.op = "TILE"};
  c.in(i8({1, 2}, {1, 2})).constant(i64({2}, {3, 1})).out(i8({3, 2}, {1, 2, 1, 2, 1, 2}));
  run_everywhere(c);
  OpCase none{.op = "TILE"};
  none.in(i64({2}, {1, 2})).constant(i32({1}, {0})).out(i64({0}));
  run_everywhere(none);
  OpCase words{.op = "TILE"};
  words.in(strings({2}, {"a", "bc"})).constant(i32({1}, {2}));
  words.out(strings({4}, {"a", "bc", "a", "bc"}));
  run_everywhere(words);
}

OP_TEST(tile, refuses_negative_and_huge_multipliers) {
  OpCase c{.op = "TILE"};
  c.in(f32({2})).constant(i32({1}, {-1})).out(f32({2}));
  expect_error(c, Code::invalid_model, "cannot repeat -1 times");
  OpCase huge{.op = "TILE"};
  huge.in(f32({4})).constant(i64({1}, {int64_t{1} << 62})).out(f32({4}));
  expect_error(huge, Code::invalid_model, "dimension 0 of 4 cannot be repeated");
}

OP_TEST(tile, refuses_another_number_of_multipliers) {
  OpCase c{.op = "TILE"};
  c.in(f32({2})).constant(i32({2}, {1, 1})).out(f32({2}));
  expect_error(c, Code::invalid_model, "multipliers has 2 values for rank 1");
}

}  // namespace samara::testing::tile_test
