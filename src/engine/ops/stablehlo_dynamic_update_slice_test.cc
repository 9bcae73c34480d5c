#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_dynamic_update_slice_test {

OP_TEST(stablehlo_dynamic_update_slice, writes_a_block_of_every_type) {
  for (const Type type : kMovedTypes) {
    SCOPED_TRACE(std::string(name(type)));
    OpCase c{.op = "STABLEHLO_DYNAMIC_UPDATE_SLICE"};
    c.in(of(type, {3, 2}, {1, 0, 3, 4, 5, 6})).in(of(type, {2, 1}, {0, 9}));
    c.constant(i32({}, {1})).constant(i64({}, {1}));
    c.out(of(type, {3, 2}, {1, 0, 3, 0, 5, 9}));
    run_everywhere(c);
  }
}
OP_TEST(stablehlo_dynamic_update_slice, moves_the_block_inside) {
  OpCase c{.op = "STABLEHLO_DYNAMIC_UPDATE_SLICE"};
  c.in(f32({3}, {1, 2, 3})).in(f32({2}, {8, 9})).constant(i32({}, {2})).out(f32({3}, {1, 8, 9}));
  run_everywhere(c);
  OpCase none{.op = "STABLEHLO_DYNAMIC_UPDATE_SLICE"};
  none.in(f32({3}, {1, 2, 3})).in(f32({0})).constant(i32({}, {2})).out(f32({3}, {1, 2, 3}));
  run_everywhere(none);
}
OP_TEST(stablehlo_dynamic_update_slice, refuses_what_does_not_fit) {
  OpCase large{.op = "STABLEHLO_DYNAMIC_UPDATE_SLICE"};
  large.in(f32({3})).in(f32({4})).in(i32({})).out(f32({3}));
  expect_error(large, Code::invalid_model, "an update of shape [4] does not fit [3]");
  OpCase rank{.op = "STABLEHLO_DYNAMIC_UPDATE_SLICE"};
  rank.in(f32({3})).in(f32({1, 1})).in(i32({})).out(f32({3}));
  expect_error(rank, Code::invalid_model, "does not fit [3]");
  OpCase few{.op = "STABLEHLO_DYNAMIC_UPDATE_SLICE"};
  few.in(f32({3})).in(f32({1})).out(f32({3}));
  expect_error(few, Code::invalid_model, "has 0 start indices for rank 1");
}

}  // namespace samara::testing::stablehlo_dynamic_update_slice_test
