#include "testing/op_test.h"

namespace samara::testing::reshape_test {

OpCase to(std::vector<int32_t> shape) {
  return {.op = "RESHAPE",
          .options = options<fb::ReshapeOptionsT>([&](auto& o) { o.new_shape = shape; })};
}

OP_TEST(reshape, takes_the_shape_from_the_option) {
  OpCase c = to({3, 2});
  c.in(f32({2, 3}, {1, 2, 3, 4, 5, 6})).out(f32({3, 2}, {1, 2, 3, 4, 5, 6}));
  run_everywhere(c);
}

OP_TEST(reshape, prefers_the_shape_in_the_second_input) {
  OpCase c = to({6});
  c.in(i8({2, 3}, {1, 2, 3, 4, 5, 6})).constant(i32({3}, {1, -1, 2}));
  c.out(i8({1, 3, 2}, {1, 2, 3, 4, 5, 6}));
  run_everywhere(c);
}

OP_TEST(reshape, moves_every_type) {
  for (const Literal& l :
       {u8({2, 2}, {1, 2, 3, 255}), i16({2, 2}, {1, -2, 3, 4}), i32({2, 2}, {1, 2, 3, 4}),
        i64({2, 2}, {1, 2, 3, 4}), boolean({2, 2}, {1, 0, 0, 1}), f16({2, 2}, {1, 2, 3, 0.5f}),
        c64({2, 2}, {{1, 2}, {3, 4}, {5, 6}, {7, 8}}), strings({2, 2}, {"a", "", "cde", "f"})}) {
    Literal flat = l;
    flat.shape = {4};
    OpCase c = to({-1});
    c.in(l).out(flat);
    run_everywhere(c);
  }
}

OP_TEST(reshape, makes_scalars) {
  OpCase c = to({});
  c.in(f32({1, 1}, {7})).out(f32({}, {7}));
  run_everywhere(c);
  OpCase legacy = to({0});
  legacy.in(f32({1}, {7})).out(f32({}, {7}));
  run_everywhere(legacy);
}

OP_TEST(reshape, takes_tensors_without_elements) {
  OpCase c = to({});
  c.in(f32({0, 3})).constant(i32({2}, {3, 0})).out(f32({3, 0}));
  run_everywhere(c);
  OpCase unknown = to({});
  unknown.in(f32({0, 3})).constant(i32({2}, {-1, 3})).out(f32({0, 3}));
  run_everywhere(unknown);
  OpCase beside_zero = to({});
  beside_zero.in(f32({0, 3})).constant(i32({2}, {-1, 0})).out(f32({3, 0}));
  run_everywhere(beside_zero);
}

OP_TEST(reshape, refuses_another_number_of_elements) {
  OpCase c = to({4});
  c.in(f32({2, 3})).out(f32({4}));
  expect_error(c, Code::invalid_model, "cannot reshape [2, 3], 6 elements, to [4]");
}

OP_TEST(reshape, refuses_shapes_that_do_not_divide) {
  OpCase c = to({});
  c.in(f32({2, 3})).constant(i32({2}, {4, -1})).out(f32({4, 1}));
  expect_error(c, Code::invalid_model, "cannot reshape");
}

OP_TEST(reshape, refuses_two_unknowns_and_negatives) {
  for (const std::vector<int32_t>& shape :
       {std::vector<int32_t>{-1, -1}, {-2, 3}, {2147483647, 2147483647}}) {
    OpCase c = to({});
    c.in(f32({2, 3})).constant(i32({2}, shape)).out(f32({1, 1}));
    expect_error(c, Code::invalid_model, "cannot reshape");
  }
}

OP_TEST(reshape, refuses_ranks_beyond_8) {
  OpCase c = to({});
  c.in(f32({1})).constant(i32({9}, {1, 1, 1, 1, 1, 1, 1, 1, 1})).out(f32({1}));
  expect_error(c, Code::unsupported, "rank 9");
}

OP_TEST(reshape, refuses_another_type) {
  OpCase c = to({2});
  c.in(f32({2})).out(i32({2}));
  expect_error(c, Code::invalid_model, "same type");
}

}  // namespace samara::testing::reshape_test
