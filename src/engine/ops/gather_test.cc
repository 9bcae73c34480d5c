#include "testing/op_test.h"

namespace samara::testing::gather_test {

OpCase gather(int axis = 0, int batch_dims = 0) {
  return {.op = "GATHER", .options = options<fb::GatherOptionsT>([&](auto& o) {
                            o.axis = axis;
                            o.batch_dims = batch_dims;
                          })};
}

const Literal kTable = f32({3, 2}, {1, 2, 3, 4, 5, 6});

OP_TEST(gather, picks_rows_and_columns) {
  OpCase rows = gather();
  rows.in(kTable).constant(i32({2}, {2, 0})).out(f32({2, 2}, {5, 6, 1, 2}));
  run_everywhere(rows);
  OpCase columns = gather(-1);
  columns.in(kTable).constant(i64({3}, {1, 0, 1}));
  columns.out(f32({3, 3}, {2, 1, 2, 4, 3, 4, 6, 5, 6}));
  run_everywhere(columns);
}

OP_TEST(gather, takes_indices_of_any_rank) {
  OpCase scalar = gather();
  scalar.in(kTable).constant(i16({}, {1})).out(f32({2}, {3, 4}));
  run_everywhere(scalar);
  OpCase matrix = gather();
  matrix.in(i8({3}, {7, 8, 9})).constant(i32({2, 2}, {0, 1, 2, 0}));
  matrix.out(i8({2, 2}, {7, 8, 9, 7}));
  run_everywhere(matrix);
  OpCase none = gather();
  none.in(kTable).constant(i32({0})).out(f32({0, 2}));
  run_everywhere(none);
}

OP_TEST(gather, batch_dimensions_go_together) {
  OpCase c = gather(1, 1);
  c.in(i32({2, 3}, {1, 2, 3, 4, 5, 6})).constant(i32({2, 2}, {2, 0, 1, 1}));
  c.out(i32({2, 2}, {3, 1, 5, 5}));
  run_everywhere(c);
  OpCase inner = gather(2, -1);
  inner.in(i64({1, 2, 2}, {1, 2, 3, 4})).constant(i32({1, 1}, {1})).out(i64({1, 2, 1}, {2, 4}));
  run_everywhere(inner);
}

OP_TEST(gather, picks_strings) {
  OpCase c = gather();
  c.in(strings({3}, {"zero", "", "two"})).constant(i64({3}, {2, 1, 2}));
  c.out(strings({3}, {"two", "", "two"}));
  run_everywhere(c);
  OpCase matrix = gather(1);
  matrix.in(strings({2, 2}, {"a", "b", "c", "d"})).constant(i32({1}, {1}));
  matrix.out(strings({2, 1}, {"b", "d"}));
  run_everywhere(matrix);
}

OP_TEST(gather, refuses_indices_out_of_range) {
  for (const int32_t index : {3, -1, 2147483647}) {
    OpCase c = gather();
    c.in(kTable).constant(i32({2}, {0, index})).out(f32({2, 2}));
    expect_error(c, Code::invalid_model,
                 "index " + std::to_string(index) + " at position 1 is out of range, [0, 3)");
  }
}

OP_TEST(gather, refuses_axes_and_batch_dimensions_that_do_not_fit) {
  OpCase axis = gather(2);
  axis.in(kTable).constant(i32({1}, {0})).out(f32({1, 2}));
  expect_error(axis, Code::invalid_model, "axis 2 is out of range");
  OpCase batch = gather(0, 1);
  batch.in(kTable).constant(i32({1}, {0})).out(f32({1, 2}));
  expect_error(batch, Code::invalid_model, "batch_dims 1 does not fit axis 0");
  OpCase sizes = gather(1, 1);
  sizes.in(kTable).constant(i32({2, 1}, {0, 0})).out(f32({2, 1}));
  expect_error(sizes, Code::invalid_model, "batch dimension 0 is 3");
  OpCase type = gather();
  type.in(kTable).constant(f32({1})).out(f32({1, 2}));
  expect_error(type, Code::unsupported, "it may be");
}

OP_TEST(gather, takes_parts_of_bytes) {
  OpCase c{.op = "GATHER", .options = options<fb::GatherOptionsT>([](auto& o) { o.axis = 1; })};
  c.in(raw(Type::i4, {2, 3}, {0x21, 0x43, 0xf5})).constant(i32({2}, {2, 0}));
  c.out(raw(Type::i4, {2, 2}, {0x13, 0x4f}));
  run_everywhere(c);
}

}  // namespace samara::testing::gather_test
