#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_clamp_test {

OP_TEST(stablehlo_clamp, keeps_every_type_within_bounds) {
  for (const Type type : kNumberTypes) {
    SCOPED_TRACE(std::string(name(type)));
    OpCase scalars{.op = "STABLEHLO_CLAMP"};
    scalars.constant(of(type, {}, {2}))
        .in(of(type, {2, 2}, {1, 2, 3, 9}))
        .constant(of(type, {}, {4}));
    scalars.out(of(type, {2, 2}, {2, 2, 3, 4}));
    run_everywhere(scalars);
    OpCase tensors{.op = "STABLEHLO_CLAMP"};
    tensors.in(of(type, {2}, {2, 5})).in(of(type, {2}, {1, 9})).in(of(type, {2}, {4, 6}));
    tensors.out(of(type, {2}, {2, 6}));
    run_everywhere(tensors);
  }
}
OP_TEST(stablehlo_clamp, the_upper_bound_wins) {
  OpCase c{.op = "STABLEHLO_CLAMP"};
  c.in(i32({}, {7})).in(i32({2}, {1, 9})).in(i32({}, {3})).out(i32({2}, {3, 3}));
  run_everywhere(c);
}
OP_TEST(stablehlo_clamp, refuses_what_does_not_fit) {
  OpCase c{.op = "STABLEHLO_CLAMP"};
  c.in(f32({2})).in(f32({2, 2})).in(f32({})).out(f32({2, 2}));
  expect_error(c, Code::invalid_model, "a bound of shape [2] does not fit");
  OpCase type{.op = "STABLEHLO_CLAMP"};
  type.in(i32({})).in(f32({2})).in(f32({})).out(f32({2}));
  expect_error(type, Code::invalid_model, "they must have the same type");
}

}  // namespace samara::testing::stablehlo_clamp_test
