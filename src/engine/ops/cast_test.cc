// Integer results are those of LiteRT 2.3.0's reference kernels.
#include <cmath>

#include "testing/op_test.h"

namespace samara::testing::cast_test {

OP_TEST(cast, cuts_floats) {
  OpCase c{.op = "CAST"};
  c.in(f32({5}, {-2.7f, 2.7f, 0.5f, -0.5f, 1000000.0f}));
  c.out(i32({5}, {-2, 2, 0, 0, 1000000}));
  run_everywhere(c);
}

OP_TEST(cast, saturates_floats) {
  OpCase c{.op = "CAST"};
  c.in(f32({5}, {-1000, 1000, 5, -128, 127.9f}));
  c.out(i8({5}, {-128, 127, 5, -128, 127}));
  run_everywhere(c);
}

OP_TEST(cast, takes_nan_as_the_highest) {
  OpCase c{.op = "CAST"};
  c.in(f32({4}, {NAN, INFINITY, -INFINITY, 3e+09f}));
  c.out(i32({4}, {2147483647, 2147483647, -2147483648, 2147483647}));
  run_everywhere(c);
}

OP_TEST(cast, saturates_to_unsigned) {
  OpCase c{.op = "CAST"};
  c.in(f32({3}, {-3, 300, 7.5f}));
  c.out(u8({3}, {0, 255, 7}));
  run_everywhere(c);
}

OP_TEST(cast, saturates_to_int64) {
  OpCase c{.op = "CAST"};
  c.in(f32({3}, {-1e+30f, 1e+30f, 7.5f}));
  c.out(i64({3}, {INT64_MIN, INT64_MAX, 7}));
  run_everywhere(c);
}

OP_TEST(cast, wraps_integers) {
  OpCase c{.op = "CAST"};
  c.in(i32({3}, {300, -300, 7}));
  c.out(i8({3}, {44, -44, 7}));
  run_everywhere(c);
}

OP_TEST(cast, widens_integers) {
  OpCase c{.op = "CAST"};
  c.in(u8({3}, {0, 200, 255}));
  c.out(i64({3}, {0, 200, 255}));
  run_everywhere(c);
}

OP_TEST(cast, makes_bools) {
  OpCase c{.op = "CAST"};
  c.in(f32({3}, {0, 0.5f, -1}));
  c.out(boolean({3}, {0, 1, 1}));
  run_everywhere(c);
}

OP_TEST(cast, reads_bools) {
  OpCase c{.op = "CAST"};
  c.in(boolean({3}, {0, 1, 1}));
  c.out(f32({3}, {0, 1, 1}));
  run_everywhere(c);
}

OP_TEST(cast, makes_floats_of_integers) {
  OpCase c{.op = "CAST"};
  c.in(i64({3}, {1099511627776, -5, 0}));
  c.out(f32({3}, {1.09951163e+12f, -5, 0}));
  run_everywhere(c);
}

OP_TEST(cast, takes_int32_to_uint16) {
  OpCase c{.op = "CAST"};
  c.in(i32({3}, {70000, -1, 5}));
  c.out(u16({3}, {4464, 65535, 5}));
  run_everywhere(c);
}

OP_TEST(cast, takes_the_real_part) {
  OpCase c{.op = "CAST"};
  c.in(c64({2}, {{1, 2}, {-3.5f, -1}}));
  c.out(f32({2}, {1, -3.5f}));
  run_everywhere(c);
}

OP_TEST(cast, makes_complex_numbers) {
  OpCase c{.op = "CAST"};
  c.in(f32({2}, {1, -2.5f}));
  c.out(c64({2}, {{1, 0}, {-2.5f, 0}}));
  run_everywhere(c);
}

OP_TEST(cast, makes_and_reads_halves) {
  OpCase c{.op = "CAST", .tolerance = 0};
  c.in(f32({4}, {1, 1.0009765625f, 70000, -0.1f}))
      .out(f16({4}, {1, 1.0009765625f, INFINITY, -0.1f}));
  run_everywhere(c);
  OpCase back{.op = "CAST", .tolerance = 0};
  back.in(f16({2}, {2.5f, -7})).out(i32({2}, {2, -7}));
  run_everywhere(back);
}

OP_TEST(cast, rounds_to_bfloat16) {
  OpCase c{.op = "CAST"};
  c.in(f32({2}, {1, 3.140625f})).out(raw(Type::bf16, {2}, {0x80, 0x3f, 0x49, 0x40}));
  run_everywhere(c);
}

OP_TEST(cast, packs_and_unpacks_4_bits) {
  OpCase c{.op = "CAST"};
  c.in(f32({3}, {-3.9f, 1, 100})).out(raw(Type::i4, {3}, {0x1d, 0x07}));
  run_everywhere(c);
  OpCase back{.op = "CAST"};
  back.in(raw(Type::u4, {3}, {0x1d, 0x07})).out(f32({3}, {13, 1, 7}));
  run_everywhere(back);
}

OP_TEST(cast, refuses_4_bits_to_integers) {
  OpCase c{.op = "CAST"};
  c.in(raw(Type::i4, {2}, {0}));
  c.out(i32({2}));
  expect_error(c, Code::unsupported, "it may be float32");
}

OP_TEST(cast, refuses_strings) {
  OpCase c{.op = "CAST"};
  c.in(strings({1}, {"a"}));
  c.out(i32({1}));
  expect_error(c, Code::unsupported, "has no kernel");
}

OP_TEST(cast, rounds_to_8_bit_floats) {
  const std::vector<float> values{1.0625f,   1.1875f,      464,      465,
                                  -0x1p-10f, 3 * 0x1p-10f, -0x1p-6f, 61440};
  OpCase c{.op = "CAST", .tolerance = 0};
  c.in(f32({8}, values));
  c.out(raw(Type::f8e4m3fn, {8}, {0x38, 0x3a, 0x7e, 0x7f, 0x80, 0x02, 0x88, 0x7f}));
  run_everywhere(c);
  OpCase wide{.op = "CAST", .tolerance = 0};
  wide.in(f32({8}, values));
  wide.out(raw(Type::f8e5m2, {8}, {0x3c, 0x3d, 0x5f, 0x5f, 0x94, 0x1a, 0xa4, 0x7c}));
  run_everywhere(wide);
}

OP_TEST(cast, reads_8_bit_floats) {
  OpCase c{.op = "CAST"};
  c.in(raw(Type::f8e5m2, {3}, {0x42, 0xc5, 0x00})).out(i32({3}, {3, -5, 0}));
  run_everywhere(c);
}

}  // namespace samara::testing::cast_test
