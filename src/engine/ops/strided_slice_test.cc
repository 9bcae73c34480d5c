#include "testing/op_test.h"

namespace samara::testing::strided_slice_test {

struct Masks {
  int begin = 0, end = 0, ellipsis = 0, new_axis = 0, shrink = 0;
  bool offset = false;
};
OpCase slice(const Masks& m = {}) {
  return {.op = "STRIDED_SLICE", .options = options<fb::StridedSliceOptionsT>([&](auto& o) {
                                   o.begin_mask = m.begin;
                                   o.end_mask = m.end;
                                   o.ellipsis_mask = m.ellipsis;
                                   o.new_axis_mask = m.new_axis;
                                   o.shrink_axis_mask = m.shrink;
                                   o.offset = m.offset;
                                 })};
}
/// The indices as constants.
OpCase& at(OpCase& c, std::vector<int32_t> begin, std::vector<int32_t> end,
           std::vector<int32_t> strides) {
  const Literal::Dims shape{int32_t(begin.size())};
  return c.constant(i32(shape, begin)).constant(i32(shape, end)).constant(i32(shape, strides));
}

const Literal kSix = f32({2, 3}, {1, 2, 3, 4, 5, 6});

OP_TEST(strided_slice, takes_every_other) {
  OpCase c = slice();
  at(c.in(i8({5}, {1, 2, 3, 4, 5})), {0}, {5}, {2}).out(i8({3}, {1, 3, 5}));
  run_everywhere(c);
}

OP_TEST(strided_slice, goes_backwards) {
  OpCase c = slice();
  at(c.in(i32({4}, {1, 2, 3, 4})), {-1}, {-4}, {-2}).out(i32({2}, {4, 2}));
  run_everywhere(c);
  OpCase all = slice({.begin = 3, .end = 3});
  at(all.in(kSix), {0, 0}, {0, 0}, {-1, -1}).out(f32({2, 3}, {6, 5, 4, 3, 2, 1}));
  run_everywhere(all);
}

OP_TEST(strided_slice, clamps_begin_and_end) {
  OpCase c = slice();
  at(c.in(i32({3}, {1, 2, 3})), {-100}, {100}, {1}).out(i32({3}, {1, 2, 3}));
  run_everywhere(c);
  OpCase none = slice();
  at(none.in(i32({3}, {1, 2, 3})), {2}, {1}, {1}).out(i32({0}));
  run_everywhere(none);
}

OP_TEST(strided_slice, shrinks_axes) {
  OpCase c = slice({.shrink = 1});
  at(c.in(kSix), {-1, 0}, {0, 2}, {1, 1}).out(f32({2}, {4, 5}));
  run_everywhere(c);
  OpCase scalar = slice({.shrink = 3});
  at(scalar.in(kSix), {1, 2}, {2, 3}, {1, 1}).out(f32({}, {6}));
  run_everywhere(scalar);
}

OP_TEST(strided_slice, ellipsis_stands_for_the_dimensions_between) {
  OpCase c = slice({.ellipsis = 2, .shrink = 4});
  at(c.in(f32({2, 1, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8})), {1, 0, 0}, {2, 0, 1}, {1, 1, 1});
  c.out(f32({1, 1, 2}, {5, 7}));
  run_everywhere(c);
  OpCase nothing = slice({.ellipsis = 1});
  at(nothing.in(kSix), {9, 0, 1}, {9, 2, 2}, {9, 1, 1}).out(f32({2, 1}, {2, 5}));
  run_everywhere(nothing);
}

OP_TEST(strided_slice, inserts_axes) {
  OpCase c = slice({.begin = 1, .end = 1, .new_axis = 2});
  at(c.in(kSix), {0, 0, 1}, {0, 0, 3}, {1, 1, 1}).out(f32({2, 1, 2}, {2, 3, 5, 6}));
  run_everywhere(c);
  OpCase both = slice({.ellipsis = 1, .new_axis = 2});
  at(both.in(kSix), {0, 0}, {0, 0}, {1, 1}).out(f32({2, 3, 1}, {1, 2, 3, 4, 5, 6}));
  run_everywhere(both);
}

OP_TEST(strided_slice, leaves_further_dimensions_whole) {
  OpCase c = slice();
  at(c.in(kSix), {1}, {2}, {1}).out(f32({1, 3}, {4, 5, 6}));
  run_everywhere(c);
}

OP_TEST(strided_slice, end_may_count_from_begin) {
  OpCase c = slice({.offset = true});
  at(c.in(i32({5}, {1, 2, 3, 4, 5})), {1}, {3}, {1}).out(i32({3}, {2, 3, 4}));
  run_everywhere(c);
}

OP_TEST(strided_slice, five_dimensions_and_strings) {
  OpCase c = slice({.begin = 31, .end = 31});
  at(c.in(i8({1, 2, 1, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8})), {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0},
     {1, -1, 1, 2, 1});
  c.out(i8({1, 2, 1, 1, 2}, {5, 6, 1, 2}));
  run_everywhere(c);
  OpCase words = slice();
  at(words.in(strings({3}, {"a", "bc", "def"})), {2}, {0}, {-1}).out(strings({2}, {"def", "bc"}));
  run_everywhere(words);
}

OP_TEST(strided_slice, refuses_a_stride_of_0) {
  OpCase c = slice();
  at(c.in(kSix), {0}, {1}, {0}).out(f32({1, 3}));
  expect_error(c, Code::invalid_model, "a stride of 0");
}

OP_TEST(strided_slice, refuses_to_shrink_at_an_index_out_of_range) {
  for (const int32_t index : {2, -3}) {
    OpCase c = slice({.shrink = 1});
    at(c.in(kSix), {index}, {index + 1}, {1}).out(f32({3}));
    expect_error(c, Code::invalid_model, "is out of range for a dimension of size 2");
  }
}

OP_TEST(strided_slice, refuses_more_indices_than_dimensions) {
  OpCase c = slice();
  at(c.in(kSix), {0, 0, 0}, {1, 1, 1}, {1, 1, 1}).out(f32({1, 1}));
  expect_error(c, Code::invalid_model, "3 indices for [2, 3]");
}

OP_TEST(strided_slice, refuses_indices_of_different_lengths) {
  OpCase c = slice();
  c.in(kSix).constant(i32({1})).constant(i32({2})).constant(i32({1})).out(f32({1, 1}));
  expect_error(c, Code::invalid_model, "different lengths");
}

OP_TEST(strided_slice, refuses_two_ellipses) {
  OpCase c = slice({.ellipsis = 3});
  at(c.in(kSix), {0, 0}, {1, 1}, {1, 1}).out(f32({1, 1}));
  expect_error(c, Code::invalid_model, "more than one bit");
}

}  // namespace samara::testing::strided_slice_test
