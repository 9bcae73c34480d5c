#include "testing/op_test.h"

namespace samara::testing::dynamic_update_slice_test {

OP_TEST(dynamic_update_slice, writes_a_box) {
  OpCase c{.op = "DYNAMIC_UPDATE_SLICE"};
  c.in(f32({3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9})).in(f32({2, 1}, {-1, -2}));
  c.constant(i32({2}, {1, 1})).out(f32({3, 3}, {1, 2, 3, 4, -1, 6, 7, -2, 9}));
  run_everywhere(c);
  OpCase deep{.op = "DYNAMIC_UPDATE_SLICE"};
  deep.in(i16({1, 1, 1, 1, 1, 2, 1, 2}, {1, 2, 3, 4})).in(i16({1, 1, 1, 1, 1, 1, 1, 2}, {8, 9}));
  deep.constant(i64({8}, {0, 0, 0, 0, 0, 1, 0, 0}));
  deep.out(i16({1, 1, 1, 1, 1, 2, 1, 2}, {1, 2, 8, 9}));
  run_everywhere(deep);
}

OP_TEST(dynamic_update_slice, moves_a_box_inside) {
  OpCase c{.op = "DYNAMIC_UPDATE_SLICE"};
  c.in(i8({4}, {1, 2, 3, 4})).in(i8({2}, {8, 9})).constant(i64({1}, {INT64_MAX}));
  c.out(i8({4}, {1, 2, 8, 9}));
  run_everywhere(c);
  OpCase low{.op = "DYNAMIC_UPDATE_SLICE"};
  low.in(boolean({3}, {0, 0, 1})).in(boolean({1}, {1})).constant(i32({1}, {-5}));
  low.out(boolean({3}, {1, 0, 1}));
  run_everywhere(low);
}

OP_TEST(dynamic_update_slice, all_nothing_and_scalars) {
  OpCase all{.op = "DYNAMIC_UPDATE_SLICE"};
  all.in(f32({2}, {1, 2})).in(f32({2}, {3, 4})).constant(i32({1}, {1})).out(f32({2}, {3, 4}));
  run_everywhere(all);
  OpCase none{.op = "DYNAMIC_UPDATE_SLICE"};
  none.in(f32({2}, {1, 2})).in(f32({0})).constant(i32({1}, {1})).out(f32({2}, {1, 2}));
  run_everywhere(none);
  OpCase scalar{.op = "DYNAMIC_UPDATE_SLICE"};
  scalar.in(f32({}, {1})).in(f32({}, {2})).constant(i32({0})).out(f32({}, {2}));
  run_everywhere(scalar);
}

OP_TEST(dynamic_update_slice, writes_parts_of_bytes) {
  // [[1, 2, 3], [4, 5, 6]] with [[-1], [-2]] at (0, 1).
  OpCase c{.op = "DYNAMIC_UPDATE_SLICE"};
  c.in(raw(Type::i4, {2, 3}, {0x21, 0x43, 0x65})).in(raw(Type::i4, {2, 1}, {0xef}));
  c.constant(i32({2}, {0, 1})).out(raw(Type::i4, {2, 3}, {0xf1, 0x43, 0x6e}));
  run_everywhere(c);
}

OP_TEST(dynamic_update_slice, works_in_place_where_the_operand_ends) {
  // NEG's output dies here; the model's input does not.
  ModelBuilder m;
  const int x = m.input(f32({4})), start = m.constant(i32({1}, {2}));
  const int y = m.tensor(f32({4})), z = m.tensor(f32({4})), w = m.tensor(f32({4}));
  m.op("NEG", {x}, {y}, fb::NegOptionsT{});
  m.op("DYNAMIC_UPDATE_SLICE", {y, m.constant(f32({1}, {9})), start}, {z},
       fb::DynamicUpdateSliceOptionsT{});
  m.op("DYNAMIC_UPDATE_SLICE", {x, m.constant(f32({2}, {7, 8})), start}, {w},
       fb::DynamicUpdateSliceOptionsT{});
  m.output(z);
  m.output(w);
  const auto got = run_model(m.bytes(), {f32({4}, {1, 2, 3, 4})}, {.runs = 2});
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(difference(f32({4}, {-1, -2, 9, -4}), (*got)[0], 0), "");
  EXPECT_EQ(difference(f32({4}, {1, 2, 7, 8}), (*got)[1], 0), "");
}

OP_TEST(dynamic_update_slice, takes_one_tensor_twice) {
  ModelBuilder m;
  const int x = m.input(f32({2})), y = m.tensor(f32({2})), z = m.tensor(f32({2}));
  m.op("NEG", {x}, {y}, fb::NegOptionsT{});
  m.op("DYNAMIC_UPDATE_SLICE", {y, y, m.constant(i32({1}, {0}))}, {z},
       fb::DynamicUpdateSliceOptionsT{});
  m.output(z);
  const auto got = run_model(m.bytes(), {f32({2}, {1, 2})});
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(difference(f32({2}, {-1, -2}), (*got)[0], 0), "");
}

OP_TEST(dynamic_update_slice, refuses_what_does_not_fit) {
  OpCase large{.op = "DYNAMIC_UPDATE_SLICE"};
  large.in(f32({2})).in(f32({3})).constant(i32({1}, {0})).out(f32({2}));
  expect_error(large, Code::invalid_model, "the update [3] does not fit into [2]");
  OpCase rank{.op = "DYNAMIC_UPDATE_SLICE"};
  rank.in(f32({2, 2})).in(f32({2})).constant(i32({2}, {0, 0})).out(f32({2, 2}));
  expect_error(rank, Code::invalid_model, "does not fit into");
  OpCase start{.op = "DYNAMIC_UPDATE_SLICE"};
  start.in(f32({2, 2})).in(f32({2, 2})).constant(i32({1}, {0})).out(f32({2, 2}));
  expect_error(start, Code::invalid_model, "has 1 start indices for rank 2");
  OpCase type{.op = "DYNAMIC_UPDATE_SLICE"};
  type.in(f32({2})).in(i32({2})).constant(i32({1}, {0})).out(f32({2}));
  expect_error(type, Code::invalid_model, "int32");
}

}  // namespace samara::testing::dynamic_update_slice_test
