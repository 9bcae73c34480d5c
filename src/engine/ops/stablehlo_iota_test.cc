#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_iota_test {

Options along(int64_t dimension) {
  return options<fb::StablehloIotaOptionsT>([=](auto& o) { o.iota_dimension = dimension; });
}

OP_TEST(stablehlo_iota, counts_along_a_dimension) {
  for (const Type type : kNumberTypes) {
    SCOPED_TRACE(std::string(name(type)));
    const Literal rows = of(type, {2, 3}, {0, 0, 0, 1, 1, 1}),
                  cols = of(type, {2, 3}, {0, 1, 2, 0, 1, 2});
    expect_model(model_of("STABLEHLO_IOTA", along(0), {}, {rows}), {}, {rows});
    expect_model(model_of("STABLEHLO_IOTA", along(1), {}, {cols}), {}, {cols});
  }
}
OP_TEST(stablehlo_iota, refuses_other_dimensions_types_and_inputs) {
  for (const int64_t dimension : {int64_t{-1}, int64_t{2}, int64_t{1} << 40})
    expect_model_error(model_of("STABLEHLO_IOTA", along(dimension), {}, {f32({2, 3})}), {},
                       Code::invalid_model, "is not a dimension of [2, 3]");
  expect_model_error(model_of("STABLEHLO_IOTA", along(0), {}, {boolean({2})}), {},
                     Code::unsupported, "it may be float32");
  expect_model_error(model_of("STABLEHLO_IOTA", along(0), {f32({2})}, {f32({2})}), {},
                     Code::invalid_model, "takes 0 inputs, has 1");
}

}  // namespace samara::testing::stablehlo_iota_test
