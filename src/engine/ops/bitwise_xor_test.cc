#include "testing/op_test.h"

namespace samara::testing::bitwise_xor_test {

OP_TEST(bitwise_xor, of_every_type) {
  const auto run = [](const Literal& a, const Literal& b, const Literal& out) {
    OpCase c{.op = "BITWISE_XOR"};
    c.in(a).in(b).out(out);
    run_everywhere(c);
  };
  run(i8({2}, {-1, 5}), i8({2}, {1, 3}), i8({2}, {-2, 6}));
  run(u8({2}, {255, 5}), u8({2}, {1, 3}), u8({2}, {254, 6}));
  run(i16({1}, {-32768}), i16({1}, {-1}), i16({1}, {32767}));
  run(u16({1}, {65535}), u16({1}, {0x0f0f}), u16({1}, {0xf0f0}));
  run(i32({1}, {INT32_MIN}), i32({1}, {1}), i32({1}, {INT32_MIN + 1}));
  run(u32({1}, {0xffffffff}), u32({1}, {1}), u32({1}, {0xfffffffe}));
}

OP_TEST(bitwise_xor, broadcasts_to_rank_8) {
  OpCase c{.op = "BITWISE_XOR"};
  c.in(i32({2, 1, 1, 1, 1, 1, 1, 2}, {1, 2, 3, 4})).in(i32({1, 2, 1, 1, 1, 1, 1, 1}, {1, 8}));
  c.out(i32({2, 2, 1, 1, 1, 1, 1, 2}, {0, 3, 9, 10, 2, 5, 11, 12}));
  run_everywhere(c);
}

OP_TEST(bitwise_xor, refuses_other_types) {
  OpCase c{.op = "BITWISE_XOR"};
  c.in(f32({1})).in(f32({1})).out(f32({1}));
  expect_error(c, Code::unsupported, "float32");
}

}  // namespace samara::testing::bitwise_xor_test
