#include "engine/ops/shared/typed_test.h"

namespace samara::testing::dilate_test {

OP_TEST(dilate, puts_gaps_between_neighbours_of_every_type) {
  for (const Type type : kMovedTypes) {
    SCOPED_TRACE(std::string(name(type)));
    OpCase c{.op = "DILATE"};
    c.in(of(type, {2, 2}, {1, 0, 3, 4})).constant(i32({2}, {2, 3})).constant(of(type, {}, {9}));
    c.out(of(type, {3, 4}, {1, 9, 9, 0, 9, 9, 9, 9, 3, 9, 9, 4}));
    run_everywhere(c);
  }
}
OP_TEST(dilate, refuses_bad_dilations) {
  for (const int dilation : {0, -1}) {
    OpCase c{.op = "DILATE"};
    c.in(f32({2})).constant(i32({1}, {dilation})).in(f32({})).out(f32({1}));
    expect_error(c, Code::invalid_model, "is below 1");
  }
  OpCase large{.op = "DILATE"};
  large.in(f32({3})).constant(i32({1}, {2147483647})).in(f32({})).out(f32({1}));
  expect_error(large, Code::invalid_model, "cannot be padded");
  OpCase many{.op = "DILATE"};
  many.in(f32({2})).constant(i32({2}, {1, 1})).in(f32({})).out(f32({1}));
  expect_error(many, Code::invalid_model, "the dilations have shape [2] for rank 1");
}
OP_TEST(dilate, refuses_a_wrong_padding_value) {
  OpCase c{.op = "DILATE"};
  c.in(f32({2})).constant(i32({1}, {2})).in(f32({3})).out(f32({3}));
  expect_error(c, Code::invalid_model, "the padding value has shape [3]");
}

}  // namespace samara::testing::dilate_test
