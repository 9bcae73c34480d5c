// Integer results are those of LiteRT 2.3.0's reference kernels.
#include "testing/op_test.h"

namespace samara::testing::select_v2_test {

OP_TEST(select_v2, broadcasts_all_three) {
  OpCase c{.op = "SELECT_V2", .options = fb::SelectV2OptionsT{}};
  c.in(boolean({2, 1}, {1, 0}));
  c.in(f32({3}, {1, 2, 3}));
  c.in(f32({}, {9}));
  c.out(f32({2, 3}, {1, 2, 3, 9, 9, 9}));
  run_everywhere(c);
}

OP_TEST(select_v2, moves_bool) {
  OpCase c{.op = "SELECT_V2", .options = fb::SelectV2OptionsT{}};
  c.in(boolean({3}, {1, 0, 1}));
  c.in(boolean({3}, {1, 0, 1}));
  c.in(boolean({1}, {0}));
  c.out(boolean({3}, {1, 0, 1}));
  run_everywhere(c);
}

OP_TEST(select_v2, moves_int16) {
  OpCase c{.op = "SELECT_V2", .options = fb::SelectV2OptionsT{}};
  c.in(boolean({3}, {1, 0, 1}));
  c.in(i16({3}, {1, 0, 1}));
  c.in(i16({1}, {0}));
  c.out(i16({3}, {1, 0, 1}));
  run_everywhere(c);
}

OP_TEST(select_v2, moves_int64) {
  OpCase c{.op = "SELECT_V2", .options = fb::SelectV2OptionsT{}};
  c.in(boolean({3}, {1, 0, 1}));
  c.in(i64({3}, {1, 0, 1}));
  c.in(i64({1}, {0}));
  c.out(i64({3}, {1, 0, 1}));
  run_everywhere(c);
}

OP_TEST(select_v2, moves_int32) {
  OpCase c{.op = "SELECT_V2", .options = fb::SelectV2OptionsT{}};
  c.in(boolean({3}, {1, 0, 1}));
  c.in(i32({3}, {1, 0, 1}));
  c.in(i32({1}, {0}));
  c.out(i32({3}, {1, 0, 1}));
  run_everywhere(c);
}

OP_TEST(select_v2, moves_uint8) {
  OpCase c{.op = "SELECT_V2", .options = fb::SelectV2OptionsT{}};
  c.in(boolean({3}, {1, 0, 1}));
  c.in(u8({3}, {1, 0, 1}));
  c.in(u8({1}, {0}));
  c.out(u8({3}, {1, 0, 1}));
  run_everywhere(c);
}

OP_TEST(select_v2, refuses_shapes_that_do_not_fit) {
  OpCase c{.op = "SELECT_V2"};
  c.in(boolean({2}));
  c.in(f32({3}));
  c.in(f32({1}));
  c.out(f32({3}));
  expect_error(c, Code::invalid_model, "shapes [2] and [3] and [1] cannot be broadcast");
}

OP_TEST(select_v2, refuses_two_types) {
  OpCase c{.op = "SELECT_V2"};
  c.in(boolean({2}));
  c.in(f32({2}));
  c.in(i32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "they must have the same type");
}

OP_TEST(select_v2, refuses_two_inputs) {
  OpCase c{.op = "SELECT_V2"};
  c.in(boolean({2}));
  c.in(f32({2}));
  c.out(f32({2}));
  expect_error(c, Code::invalid_model, "takes 3 inputs, has 2");
}

}  // namespace samara::testing::select_v2_test
