#include "testing/op_test.h"

namespace samara::testing::split_v_test {

OpCase split(int parts) {
  return {.op = "SPLIT_V",
          .options = options<fb::SplitVOptionsT>([&](auto& o) { o.num_splits = parts; })};
}

OP_TEST(split_v, cuts_into_the_sizes_given) {
  OpCase c = split(2);
  c.in(f32({2, 3}, {1, 2, 3, 4, 5, 6})).constant(i32({2}, {1, 2})).constant(i32({}, {1}));
  c.out(f32({2, 1}, {1, 4})).out(f32({2, 2}, {2, 3, 5, 6}));
  run_everywhere(c);
}

OP_TEST(split_v, minus_one_is_what_is_left) {
  OpCase c = split(3);
  c.in(i8({5}, {1, 2, 3, 4, 5})).constant(i64({3}, {1, -1, 2})).constant(i32({1}, {-1}));
  c.out(i8({1}, {1})).out(i8({2}, {2, 3})).out(i8({2}, {4, 5}));
  run_everywhere(c);
}

OP_TEST(split_v, refuses_sizes_that_do_not_add_up) {
  for (const std::vector<int32_t>& sizes :
       {std::vector<int32_t>{1, 1}, {2, 2}, {-1, -1}, {-2, 5}, {4, -1}}) {
    OpCase c = split(2);
    c.in(f32({3})).constant(i32({2}, sizes)).constant(i32({}, {0})).out(f32({1})).out(f32({1}));
    expect_error(c, Code::invalid_model, "do not add up to dimension 0 of [3]");
  }
}

OP_TEST(split_v, refuses_another_number_of_sizes) {
  OpCase c = split(2);
  c.in(f32({3})).constant(i32({3}, {1, 1, 1})).constant(i32({}, {0}));
  c.out(f32({1})).out(f32({1}));
  expect_error(c, Code::invalid_model, "size_splits has 3 values for 2 outputs");
}

}  // namespace samara::testing::split_v_test
