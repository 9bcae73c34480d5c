#include "testing/op_test.h"

namespace samara::testing::hashtable_lookup_test {

OP_TEST(hashtable_lookup, gives_rows_of_keys) {
  OpCase c{.op = "HASHTABLE_LOOKUP"};
  c.in(i32({4}, {1234, -292, -11, 0})).constant(i32({3}, {-11, 0, 1234}));
  c.constant(f32({3, 2}, {0, 0.1f, 1, 1.1f, 2, 2.1f}));
  c.out(f32({4, 2}, {2, 2.1f, 0, 0, 0, 0.1f, 1, 1.1f})).out(u8({4}, {1, 0, 1, 1}));
  run_everywhere(c);
  OpCase vector{.op = "HASHTABLE_LOOKUP"};
  vector.in(i32({2}, {INT32_MIN, INT32_MAX})).constant(i32({2}, {INT32_MIN, 7}));
  vector.constant(i8({2}, {5, 6})).out(i8({2}, {5, 0})).out(u8({2}, {1, 0}));
  run_everywhere(vector);
}

OP_TEST(hashtable_lookup, gives_strings) {
  OpCase c{.op = "HASHTABLE_LOOKUP"};
  c.in(i32({3}, {1, 5, 0})).constant(i32({2}, {0, 1})).constant(strings({2}, {"zero", "one"}));
  c.out(strings({3}, {"one", "", "zero"})).out(u8({3}, {1, 0, 1}));
  run_everywhere(c);
}

OP_TEST(hashtable_lookup, finds_nothing_in_nothing) {
  OpCase c{.op = "HASHTABLE_LOOKUP"};
  c.in(i32({1}, {1})).constant(i32({0})).constant(f32({0, 2}));
  c.out(f32({1, 2}, {0, 0})).out(u8({1}, {0}));
  run_everywhere(c);
}

OP_TEST(hashtable_lookup, refuses_operands_that_do_not_fit) {
  OpCase rows{.op = "HASHTABLE_LOOKUP"};
  rows.in(i32({1})).constant(i32({2})).constant(f32({3, 2})).out(f32({1, 2})).out(u8({1}));
  expect_error(rows, Code::invalid_model, "values [3, 2] do not fit 2 keys");
  OpCase deep{.op = "HASHTABLE_LOOKUP"};
  deep.in(i32({1})).constant(i32({1})).constant(strings({1, 1}, {"a"}));
  deep.out(strings({1}, {"a"})).out(u8({1}));
  expect_error(deep, Code::invalid_model, "values [1, 1] do not fit 1 keys");
  OpCase hits{.op = "HASHTABLE_LOOKUP"};
  hits.in(i32({1})).constant(i32({1})).constant(f32({1})).out(f32({1})).out(i32({1}));
  expect_error(hits, Code::unsupported, "it may be uint8");
  OpCase keys{.op = "HASHTABLE_LOOKUP"};
  keys.in(i64({1})).constant(i32({1})).constant(f32({1})).out(f32({1})).out(u8({1}));
  expect_error(keys, Code::unsupported, "int64");
}

}  // namespace samara::testing::hashtable_lookup_test
