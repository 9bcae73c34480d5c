#include "testing/op_test.h"

namespace samara::testing::matrix_set_diag_test {

OP_TEST(matrix_set_diag, replaces_diagonals) {
  OpCase c{.op = "MATRIX_SET_DIAG"};
  c.in(f32({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8})).in(f32({2, 2}, {-1, -2, -3, -4}));
  c.out(f32({2, 2, 2}, {-1, 2, 3, -2, -3, 6, 7, -4}));
  run_everywhere(c);
}

OP_TEST(matrix_set_diag, takes_matrices_of_any_sides) {
  OpCase wide{.op = "MATRIX_SET_DIAG"};
  wide.in(i32({2, 3}, {1, 2, 3, 4, 5, 6}))
      .in(i32({2}, {8, 9}))
      .out(i32({2, 3}, {8, 2, 3, 4, 9, 6}));
  run_everywhere(wide);
  OpCase tall{.op = "MATRIX_SET_DIAG"};
  tall.in(u8({3, 2}, {1, 2, 3, 4, 5, 6})).in(u8({2}, {8, 9})).out(u8({3, 2}, {8, 2, 3, 9, 5, 6}));
  run_everywhere(tall);
}

OP_TEST(matrix_set_diag, refuses_vectors_and_other_diagonals) {
  OpCase vector{.op = "MATRIX_SET_DIAG"};
  vector.in(f32({2})).in(f32({2})).out(f32({2}));
  expect_error(vector, Code::invalid_model, "takes matrices, not the shape [2]");
  OpCase length{.op = "MATRIX_SET_DIAG"};
  length.in(f32({2, 3})).in(f32({3})).out(f32({2, 3}));
  expect_error(length, Code::invalid_model, "the diagonal has shape [3], [2, 3] needs [2]");
  OpCase type{.op = "MATRIX_SET_DIAG"};
  type.in(f32({2, 2})).in(i32({2})).out(f32({2, 2}));
  expect_error(type, Code::invalid_model, "int32");
}

}  // namespace samara::testing::matrix_set_diag_test
