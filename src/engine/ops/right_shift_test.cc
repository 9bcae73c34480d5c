#include "testing/op_test.h"

namespace samara::testing::right_shift_test {

OP_TEST(right_shift, of_every_type) {
  const auto run = [](const Literal& a, const Literal& b, const Literal& out) {
    OpCase c{.op = "RIGHT_SHIFT"};
    c.in(a).in(b).out(out);
    run_everywhere(c);
  };
  run(i8({3}, {-128, 100, -1}), i8({3}, {3, 2, 7}), i8({3}, {-16, 25, -1}));
  run(u8({2}, {255, 5}), u8({2}, {4, 1}), u8({2}, {15, 2}));
  run(i16({2}, {-32768, 9}), i16({2}, {15, 1}), i16({2}, {-1, 4}));
  run(u16({1}, {65535}), u16({1}, {8}), u16({1}, {255}));
  run(i32({2}, {INT32_MIN, 8}), i32({2}, {31, 3}), i32({2}, {-1, 1}));
  run(u32({1}, {0xffffffff}), u32({1}, {31}), u32({1}, {1}));
}

OP_TEST(right_shift, clamps_the_shift) {
  OpCase c{.op = "RIGHT_SHIFT"};
  c.in(i32({2, 1}, {-5, 5})).in(i32({2}, {-1, 99})).out(i32({2, 2}, {-5, -1, 5, 0}));
  run_everywhere(c);
  OpCase bytes{.op = "RIGHT_SHIFT"};
  bytes.in(u8({1}, {200})).in(u8({1}, {255})).out(u8({1}, {1}));
  run_everywhere(bytes);
}

OP_TEST(right_shift, refuses_other_types) {
  OpCase c{.op = "RIGHT_SHIFT"};
  c.in(i64({1})).in(i64({1})).out(i64({1}));
  expect_error(c, Code::unsupported, "int64");
}

}  // namespace samara::testing::right_shift_test
