#include "testing/op_test.h"

namespace samara::testing::gather_nd_test {

const Literal kTable = f32({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8});

OP_TEST(gather_nd, picks_elements_and_slices) {
  OpCase elements{.op = "GATHER_ND"};
  elements.in(kTable).constant(i32({2, 3}, {0, 1, 1, 1, 0, 0})).out(f32({2}, {4, 5}));
  run_everywhere(elements);
  OpCase slices{.op = "GATHER_ND"};
  slices.in(kTable)
      .constant(i64({1, 2, 1}, {1, 0}))
      .out(f32({1, 2, 2, 2}, {5, 6, 7, 8, 1, 2, 3, 4}));
  run_everywhere(slices);
  OpCase all{.op = "GATHER_ND"};
  all.in(i8({2}, {1, 2})).constant(i16({2, 0})).out(i8({2, 2}, {1, 2, 1, 2}));
  run_everywhere(all);
}

OP_TEST(gather_nd, picks_strings) {
  OpCase c{.op = "GATHER_ND"};
  c.in(strings({2, 2}, {"a", "b", "c", "de"})).constant(i32({1, 2}, {1, 1}));
  c.out(strings({1}, {"de"}));
  run_everywhere(c);
}

OP_TEST(gather_nd, refuses_coordinates_out_of_range) {
  OpCase c{.op = "GATHER_ND"};
  c.in(kTable).constant(i32({1, 2}, {0, 2})).out(f32({1, 2}));
  expect_error(c, Code::invalid_model, "index 2 at position 1 is out of range, [0, 2)");
  OpCase negative{.op = "GATHER_ND"};
  negative.in(kTable).constant(i32({1, 1}, {-1})).out(f32({1, 2, 2}));
  expect_error(negative, Code::invalid_model, "index -1 at position 0");
}

OP_TEST(gather_nd, refuses_more_coordinates_than_dimensions) {
  OpCase c{.op = "GATHER_ND"};
  c.in(f32({2})).constant(i32({1, 2}, {0, 0})).out(f32({1}));
  expect_error(c, Code::invalid_model, "indices address 2 dimensions of [2]");
  OpCase scalar{.op = "GATHER_ND"};
  scalar.in(f32({2})).constant(i32({}, {0})).out(f32({1}));
  expect_error(scalar, Code::invalid_model, "at least one dimension");
}

}  // namespace samara::testing::gather_nd_test
