#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_reduce_test {

Options along(std::vector<int64_t> dims) {
  return options<fb::StablehloReduceOptionsT>([&](auto& o) {
    o.dimensions = std::move(dims);
    o.body_subgraph_index = 1;
  });
}
ModelBuilder model(const Literal& in, const Literal& initial, const Literal& out,
                   const std::vector<int64_t>& dims, const std::string& body) {
  ModelBuilder m = model_of("STABLEHLO_REDUCE", along(dims), {in, initial}, {out});
  add_function(m, body, in.type);
  return m;
}

OP_TEST(stablehlo_reduce, sums_every_type) {
  for (const Type type : kNumberTypes) {
    SCOPED_TRACE(std::string(name(type)));
    const Literal in = of(type, {2, 3}, {1, 2, 3, 4, 5, 6}), initial = of(type, {}, {1});
    const Literal rows = of(type, {2}, {7, 16}), cols = of(type, {3}, {6, 8, 10});
    expect_model(model(in, initial, rows, {1}, "STABLEHLO_ADD"), {in, initial}, {rows});
    expect_model(model(in, initial, cols, {0}, "STABLEHLO_ADD"), {in, initial}, {cols});
  }
}
OP_TEST(stablehlo_reduce, takes_all_dimensions_or_none) {
  const Literal in = f32({2, 2}, {1, 5, 3, 4}), initial = f32({}, {2}), all = f32({}, {5});
  expect_model(model(in, initial, all, {1, 0}, "STABLEHLO_MAXIMUM"), {in, initial}, {all});
  const Literal none = f32({2, 2}, {2, 5, 3, 4});
  expect_model(model(in, initial, none, {}, "STABLEHLO_MAXIMUM"), {in, initial}, {none});
}
OP_TEST(stablehlo_reduce, nothing_gives_the_initial_value) {
  const Literal in = f32({0, 2}), initial = f32({}, {7}), out = f32({2}, {7, 7});
  expect_model(model(in, initial, out, {0}, "STABLEHLO_ADD"), {in, initial}, {out});
}
OP_TEST(stablehlo_reduce, refuses_bad_dimensions_and_bodies) {
  const auto refused = [](const std::vector<int64_t>& dims, const char* text) {
    expect_model_error(model(f32({2, 2}), f32({}), f32({2}), dims, "STABLEHLO_ADD"), {},
                       Code::invalid_model, text);
  };
  refused({2}, "dimensions [2] are not");
  refused({-1}, "dimensions [-1] are not");
  refused({0, 0}, "dimensions [0, 0] are not");
  expect_model_error(model(f32({2}), f32({}), f32({}), {0}, "STABLEHLO_DIVIDE"), {},
                     Code::unsupported, "is not one addition");
  ModelBuilder several = model_of("STABLEHLO_REDUCE", along({0}),
                                  {f32({2}), f32({2}), f32({}), f32({})}, {f32({}), f32({})});
  add_function(several, "STABLEHLO_ADD", Type::f32);
  expect_model_error(several, {}, Code::unsupported, "several tensors at once");
}

}  // namespace samara::testing::stablehlo_reduce_test
