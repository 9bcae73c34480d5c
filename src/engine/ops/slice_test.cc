#include "testing/op_test.h"

namespace samara::testing::slice_test {

OP_TEST(slice, takes_a_box) {
  OpCase c{.op = "SLICE"};
  c.in(f32({2, 3}, {1, 2, 3, 4, 5, 6}));
  c.constant(i32({2}, {0, 1})).constant(i32({2}, {2, 2})).out(f32({2, 2}, {2, 3, 5, 6}));
  run_everywhere(c);
}

OP_TEST(slice, minus_one_is_the_rest) {
  OpCase c{.op = "SLICE"};
  c.in(i8({2, 3}, {1, 2, 3, 4, 5, 6}));
  c.constant(i64({2}, {1, 1})).constant(i64({2}, {-1, -1})).out(i8({1, 2}, {5, 6}));
  run_everywhere(c);
}

OP_TEST(slice, five_dimensions_and_nothing_left) {
  OpCase c{.op = "SLICE"};
  c.in(i16({1, 2, 1, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}));
  c.constant(i32({5}, {0, 1, 0, 0, 1})).constant(i32({5}, {1, 1, 1, 2, 1}));
  c.out(i16({1, 1, 1, 2, 1}, {6, 8}));
  run_everywhere(c);
  OpCase empty{.op = "SLICE"};
  empty.in(f32({3}, {1, 2, 3})).constant(i32({1}, {3})).constant(i32({1}, {0})).out(f32({0}));
  run_everywhere(empty);
}

OP_TEST(slice, takes_strings) {
  OpCase c{.op = "SLICE"};
  c.in(strings({2, 2}, {"a", "bb", "", "dddd"}));
  c.constant(i32({2}, {0, 1})).constant(i32({2}, {2, 1})).out(strings({2, 1}, {"bb", "dddd"}));
  run_everywhere(c);
}

OP_TEST(slice, refuses_boxes_outside) {
  const struct {
    int32_t begin, size;
    const char* text;
  } cases[] = {{-1, 1, "begin -1 is outside of dimension 0 of size 3"},
               {4, 0, "begin 4 is outside"},
               {1, 3, "size 3 from 1 on is outside of dimension 0 of size 3"},
               {0, -2, "size -2 from 0 on is outside"},
               {1, 2147483647, "is outside of dimension 0"}};
  for (const auto& [begin, size, text] : cases) {
    OpCase c{.op = "SLICE"};
    c.in(f32({3})).constant(i32({1}, {begin})).constant(i32({1}, {size})).out(f32({1}));
    expect_error(c, Code::invalid_model, text);
  }
}

OP_TEST(slice, refuses_another_rank) {
  OpCase c{.op = "SLICE"};
  c.in(f32({3})).constant(i32({2}, {0, 0})).constant(i32({1}, {1})).out(f32({1}));
  expect_error(c, Code::invalid_model, "has 2 values for rank 1");
}

OP_TEST(slice, takes_parts_of_bytes) {
  // [[1, 2, 3], [4, 5, 6]], two in a byte, the first in the lower half.
  OpCase c{.op = "SLICE"};
  c.in(raw(Type::i4, {2, 3}, {0x21, 0x43, 0x65}));
  c.constant(i32({2}, {0, 1})).constant(i32({2}, {2, 2}));
  c.out(raw(Type::i4, {2, 2}, {0x32, 0x65}));
  run_everywhere(c);
  OpCase odd{.op = "SLICE"};
  odd.in(raw(Type::i2, {5}, {0x1b, 0x02})).constant(i32({1}, {2})).constant(i32({1}, {3}));
  odd.out(raw(Type::i2, {3}, {0x21}));
  run_everywhere(odd);
}

}  // namespace samara::testing::slice_test
