#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_reshape_test {

OP_TEST(stablehlo_reshape, keeps_the_elements_of_every_type) {
  for (const Type type : kMovedTypes) {
    SCOPED_TRACE(std::string(name(type)));
    const Literal in = of(type, {2, 2}, {1, 0, 3, 4}), out = of(type, {4, 1, 1}, {1, 0, 3, 4});
    expect_model(model_of("STABLEHLO_RESHAPE", {}, {in}, {out}), {in}, {out});
  }
  expect_model(model_of("STABLEHLO_RESHAPE", {}, {f32({1, 1})}, {f32({})}), {f32({1, 1}, {7})},
               {f32({}, {7})});
}
OP_TEST(stablehlo_reshape, refuses_other_sizes_and_types) {
  expect_model_error(model_of("STABLEHLO_RESHAPE", {}, {f32({2, 2})}, {f32({5})}), {},
                     Code::invalid_model, "cannot reshape [2, 2] to [5]");
  expect_model_error(model_of("STABLEHLO_RESHAPE", {}, {f32({2})}, {i32({2})}), {},
                     Code::invalid_model, "they must have the same type");
}

}  // namespace samara::testing::stablehlo_reshape_test
