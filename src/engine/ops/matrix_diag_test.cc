#include "testing/op_test.h"

namespace samara::testing::matrix_diag_test {

OP_TEST(matrix_diag, makes_rows_diagonals) {
  OpCase c{.op = "MATRIX_DIAG"};
  c.in(f32({2, 2}, {1, 2, 3, 4})).out(f32({2, 2, 2}, {1, 0, 0, 2, 3, 0, 0, 4}));
  run_everywhere(c);
  OpCase row{.op = "MATRIX_DIAG"};
  row.in(i8({3}, {1, -2, 3})).out(i8({3, 3}, {1, 0, 0, 0, -2, 0, 0, 0, 3}));
  run_everywhere(row);
  OpCase none{.op = "MATRIX_DIAG"};
  none.in(i64({2, 0})).out(i64({2, 0, 0}));
  run_everywhere(none);
}

OP_TEST(matrix_diag, refuses_scalars_and_rank_8) {
  OpCase scalar{.op = "MATRIX_DIAG"};
  scalar.in(f32({}, {1})).out(f32({1}));
  expect_error(scalar, Code::invalid_model, "takes rank 1 to 7, not 0");
  OpCase deep{.op = "MATRIX_DIAG"};
  deep.in(f32({1, 1, 1, 1, 1, 1, 1, 1})).out(f32({1}));
  expect_error(deep, Code::invalid_model, "not 8");
}

}  // namespace samara::testing::matrix_diag_test
