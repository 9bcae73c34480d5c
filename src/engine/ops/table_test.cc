#include "testing/op_test.h"

namespace samara::testing::table_test {

Literal squares_i8() {
  std::vector<int8_t> values;
  for (int q = -128; q < 128; ++q) values.push_back(int8_t(q * q % 100));
  return i8({256}, values);
}

OP_TEST(table, looks_up_bytes) {
  OpCase c{.op = "Table", .custom = true};
  c.in(i8({4}, {-128, -3, 5, 127})).constant(squares_i8()).out(i8({4}, {84, 9, 25, 29}));
  run_everywhere(c);
  std::vector<int16_t> wide(256);
  for (int i = 0; i < 256; ++i) wide[size_t(i)] = int16_t(i * 100);
  OpCase to_i16{.op = "Table", .custom = true};
  to_i16.in(i8({3}, {-128, 0, 127})).constant(i16({256}, wide)).out(i16({3}, {0, 12800, 25500}));
  run_everywhere(to_i16);
}

OP_TEST(table, interpolates_words) {
  // 513 points of x / 2, so that each is half of what it stands for.
  std::vector<int16_t> points;
  for (int i = 0; i <= 512; ++i) points.push_back(int16_t((i - 256) * 64));
  OpCase c{.op = "Table", .custom = true};
  c.in(i16({5}, {-32768, -129, 1, 300, 32767})).constant(i16({513}, points));
  c.out(i16({5}, {-16384, -64, 1, 150, 16384}));
  run_everywhere(c);
}

OP_TEST(table, refuses_other_tables_and_zero_points) {
  OpCase size{.op = "Table", .custom = true};
  size.in(i8({1})).constant(i8({255})).out(i8({1}));
  expect_error(size, Code::invalid_model, "a table for int8 has 256 entries, not 255");
  OpCase words{.op = "Table", .custom = true};
  words.in(i16({1})).constant(i16({512})).out(i16({1}));
  expect_error(words, Code::invalid_model, "a table for int16 has 513 entries, not 512");
  OpCase zero{.op = "Table", .custom = true};
  zero.in(i16({1}).q(1, 3)).constant(i16({513})).out(i16({1}).q(1));
  expect_error(zero, Code::invalid_model, "has the zero point 3, not 0");
  OpCase type{.op = "Table", .custom = true};
  type.in(i16({1})).constant(i8({513})).out(i8({1}));
  expect_error(type, Code::invalid_model, "int16");
}

}  // namespace samara::testing::table_test
