#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_concatenate_test {

Options along(int64_t dimension) {
  return options<fb::StablehloConcatenateOptionsT>([=](auto& o) { o.dimension = dimension; });
}

OP_TEST(stablehlo_concatenate, joins_every_type) {
  for (const Type type : kMovedTypes) {
    SCOPED_TRACE(std::string(name(type)));
    OpCase c{.op = "STABLEHLO_CONCATENATE", .options = along(1)};
    c.in(of(type, {2, 1}, {1, 2}))
        .in(of(type, {2, 0}, {}))
        .constant(of(type, {2, 2}, {3, 0, 5, 6}));
    c.out(of(type, {2, 3}, {1, 3, 0, 2, 5, 6}));
    run_everywhere(c);
  }
}
OP_TEST(stablehlo_concatenate, refuses_what_does_not_fit) {
  for (const int64_t dimension : {int64_t{-1}, int64_t{2}, int64_t{1} << 33}) {
    OpCase c{.op = "STABLEHLO_CONCATENATE", .options = along(dimension)};
    c.in(f32({2, 1})).out(f32({2, 1}));
    expect_error(c, Code::invalid_model, "is not one of [2, 1]");
  }
  OpCase shape{.op = "STABLEHLO_CONCATENATE", .options = along(1)};
  shape.in(f32({2, 1})).in(f32({3, 1})).out(f32({2, 2}));
  expect_error(shape, Code::invalid_model, "input 1 is [3, 1], which does not fit");
  OpCase rank{.op = "STABLEHLO_CONCATENATE", .options = along(1)};
  rank.in(f32({2, 1})).in(f32({2})).out(f32({2, 2}));
  expect_error(rank, Code::invalid_model, "input 1 is [2]");
  OpCase type{.op = "STABLEHLO_CONCATENATE", .options = along(0)};
  type.in(f32({2})).in(i32({2})).out(f32({4}));
  expect_error(type, Code::invalid_model, "they must have the same type");
}

}  // namespace samara::testing::stablehlo_concatenate_test
