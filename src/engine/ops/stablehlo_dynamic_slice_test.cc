#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_dynamic_slice_test {

Options sizes(std::vector<int64_t> s) {
  return options<fb::StablehloDynamicSliceOptionsT>([&](auto& o) { o.slice_sizes = std::move(s); });
}

OP_TEST(stablehlo_dynamic_slice, takes_a_block_of_every_type) {
  for (const Type type : kMovedTypes) {
    SCOPED_TRACE(std::string(name(type)));
    OpCase c{.op = "STABLEHLO_DYNAMIC_SLICE", .options = sizes({2, 1})};
    c.in(of(type, {3, 2}, {1, 0, 3, 4, 5, 6})).constant(i32({}, {1})).constant(i64({}, {1}));
    c.out(of(type, {2, 1}, {4, 6}));
    run_everywhere(c);
  }
}
OP_TEST(stablehlo_dynamic_slice, moves_the_block_inside) {
  for (const int64_t start : {int64_t{2}, int64_t{1} << 60}) {
    OpCase c{.op = "STABLEHLO_DYNAMIC_SLICE", .options = sizes({2})};
    c.in(f32({3}, {1, 2, 3})).constant(i64({}, {start})).out(f32({2}, {2, 3}));
    run_everywhere(c);
  }
  OpCase below{.op = "STABLEHLO_DYNAMIC_SLICE", .options = sizes({2})};
  below.in(f32({3}, {1, 2, 3})).constant(i32({}, {-7})).out(f32({2}, {1, 2}));
  run_everywhere(below);
}
OP_TEST(stablehlo_dynamic_slice, refuses_what_does_not_fit) {
  OpCase large{.op = "STABLEHLO_DYNAMIC_SLICE", .options = sizes({4})};
  large.in(f32({3})).in(i32({})).out(f32({4}));
  expect_error(large, Code::invalid_model, "slice_sizes [4] do not fit [3]");
  OpCase few{.op = "STABLEHLO_DYNAMIC_SLICE", .options = sizes({1, 1})};
  few.in(f32({3, 3})).in(i32({})).out(f32({1, 1}));
  expect_error(few, Code::invalid_model, "has 1 start indices for rank 2");
  OpCase vector{.op = "STABLEHLO_DYNAMIC_SLICE", .options = sizes({1})};
  vector.in(f32({3})).in(i32({2})).out(f32({1}));
  expect_error(vector, Code::invalid_model, "it must have rank 0");
  OpCase type{.op = "STABLEHLO_DYNAMIC_SLICE", .options = sizes({1})};
  type.in(f32({3})).in(f32({})).out(f32({1}));
  expect_error(type, Code::unsupported, "it may be int32, int64");
  OpCase negative{.op = "STABLEHLO_DYNAMIC_SLICE", .options = sizes({-1})};
  negative.in(f32({3})).in(i32({})).out(f32({1}));
  expect_error(negative, Code::invalid_model, "slice_sizes [-1]");
}

}  // namespace samara::testing::stablehlo_dynamic_slice_test
