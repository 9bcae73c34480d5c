#include "testing/op_test.h"

namespace samara::testing {
namespace {

OP_TEST(embedding_lookup, copies_rows) {
  OpCase c{.op = "EMBEDDING_LOOKUP"};
  c.constant(i32({2}, {1, 0})).constant(f32({2, 1, 2}, {1, 2, 3, 4}));
  c.out(f32({2, 1, 2}, {3, 4, 1, 2}));
  run_everywhere(c);
}

OP_TEST(embedding_lookup, dequantises_by_table_or_row) {
  OpCase table{.op = "EMBEDDING_LOOKUP"};
  table.constant(i32({1}, {1})).constant(i8({2, 2}, {1, 2, 3, -4}).q(0.5f));
  table.out(f32({1, 2}, {1.5f, -2}));
  run_everywhere(table);
  OpCase row{.op = "EMBEDDING_LOOKUP"};
  row.constant(i32({2}, {1, 0})).constant(i8({2, 2}, {1, 2, 3, -4}).q({0.5f, 2.0f}));
  row.out(f32({2, 2}, {6, -8, 0.5f, 1}));
  run_everywhere(row);
}

OP_TEST(embedding_lookup, refuses_indices_out_of_range) {
  for (const int32_t index : {2, -1}) {
    OpCase c{.op = "EMBEDDING_LOOKUP"};
    c.constant(i32({1}, {index})).constant(f32({2, 2})).out(f32({1, 2}));
    expect_error(c, Code::invalid_model, "is out of range, [0, 2)");
  }
}

OP_TEST(embedding_lookup, refuses_vectors_zero_points_and_other_scales) {
  OpCase vector{.op = "EMBEDDING_LOOKUP"};
  vector.constant(i32({1}, {0})).constant(f32({2})).out(f32({1}));
  expect_error(vector, Code::invalid_model, "must have rank 2 or more");
  OpCase zero{.op = "EMBEDDING_LOOKUP"};
  zero.constant(i32({1}, {0})).constant(i8({2, 2}).q(0.5f, 1)).out(f32({1, 2}));
  expect_error(zero, Code::unsupported, "zero point 1");
  OpCase none{.op = "EMBEDDING_LOOKUP"};
  none.constant(i32({1}, {0})).constant(i8({2, 2})).out(f32({1, 2}));
  expect_error(none, Code::invalid_model, "has 0 scales");
}

}  // namespace
}  // namespace samara::testing
