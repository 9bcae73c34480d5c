#include "testing/op_test.h"

namespace samara::testing::sparse_to_dense_test {

OP_TEST(sparse_to_dense, writes_values_at_coordinates) {
  OpCase c{.op = "SPARSE_TO_DENSE", .options = fb::SparseToDenseOptionsT{}};
  c.constant(i32({3, 2}, {0, 1, 1, 2, 0, 1})).constant(i32({2}, {2, 3}));
  c.in(f32({3}, {1, 2, 3})).constant(f32({}, {-1})).out(f32({2, 3}, {-1, 3, -1, -1, -1, 2}));
  run_everywhere(c);
}

OP_TEST(sparse_to_dense, takes_one_value_for_all_and_vectors_of_indices) {
  OpCase c{.op = "SPARSE_TO_DENSE", .options = fb::SparseToDenseOptionsT{}};
  c.constant(i64({2}, {3, 0})).constant(i64({1}, {4})).in(i64({}, {5})).constant(i64({1}, {0}));
  c.out(i64({4}, {5, 0, 0, 5}));
  run_everywhere(c);
  OpCase scalar{.op = "SPARSE_TO_DENSE", .options = fb::SparseToDenseOptionsT{}};
  scalar.constant(i32({}, {1})).constant(i32({1}, {2})).in(u8({1}, {7})).constant(u8({}, {9}));
  scalar.out(u8({2}, {9, 7}));
  run_everywhere(scalar);
}

OP_TEST(sparse_to_dense, takes_rank_8_and_nothing) {
  OpCase c{.op = "SPARSE_TO_DENSE", .options = fb::SparseToDenseOptionsT{}};
  c.constant(i32({1, 8}, {0, 0, 0, 0, 0, 0, 1, 0})).constant(i32({8}, {1, 1, 1, 1, 1, 1, 2, 1}));
  c.in(i8({1}, {4})).constant(i8({}, {1})).out(i8({1, 1, 1, 1, 1, 1, 2, 1}, {1, 4}));
  run_everywhere(c);
  OpCase none{.op = "SPARSE_TO_DENSE", .options = fb::SparseToDenseOptionsT{}};
  none.constant(i32({0, 2})).constant(i32({2}, {1, 2})).in(i32({0})).constant(i32({}, {3}));
  none.out(i32({1, 2}, {3, 3}));
  run_everywhere(none);
}

void refuse(const Literal& indices, const Literal& shape, const Literal& values,
            const Literal& otherwise, const char* text) {
  OpCase c{.op = "SPARSE_TO_DENSE", .options = fb::SparseToDenseOptionsT{}};
  c.constant(indices).constant(shape).in(values).constant(otherwise).out(f32({2, 2}));
  expect_error(c, Code::invalid_model, text);
}

OP_TEST(sparse_to_dense, refuses_coordinates_out_of_range) {
  const Literal shape = i32({2}, {2, 2}), zero = f32({}, {0});
  for (const int32_t bad : {2, -1})
    refuse(i32({1, 2}, {0, bad}), shape, f32({1}), zero, "is out of range, [0, 2)");
  refuse(i32({1}, {4}), i32({1}, {4}), f32({1}), zero, "is out of range, [0, 4)");
}

OP_TEST(sparse_to_dense, refuses_operands_that_do_not_fit) {
  const Literal shape = i32({2}, {2, 2}), zero = f32({}, {0});
  refuse(i32({1, 3}), shape, f32({1}), zero, "do not address rank 2");
  refuse(i32({1, 1, 2}), shape, f32({1}), zero, "at most rank 2");
  refuse(i32({2, 2}), shape, f32({1}), zero, "has values [1] for 2 indices");
  refuse(i32({1, 2}), shape, f32({1, 1}), zero, "has values [1, 1]");
  refuse(i32({1, 2}), shape, f32({1}), f32({2}), "not one element");
  refuse(i32({1, 2}), shape, f32({1}), i32({}, {0}), "int32");
  refuse(i32({1, 2}), i32({2}, {2, -2}), f32({1}), zero, "a dimension cannot be -2");
}

}  // namespace samara::testing::sparse_to_dense_test
