#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_broadcast_in_dim_test {

Options along(std::vector<int64_t> dims) {
  return options<fb::StablehloBroadcastInDimOptionsT>(
      [&](auto& o) { o.broadcast_dimensions = std::move(dims); });
}
void expect(const std::vector<int64_t>& dims, const Literal& in, const Literal& out) {
  expect_model(model_of("STABLEHLO_BROADCAST_IN_DIM", along(dims), {in}, {out}), {in}, {out});
}

OP_TEST(stablehlo_broadcast_in_dim, repeats_every_type) {
  for (const Type type : kMovedTypes) {
    SCOPED_TRACE(std::string(name(type)));
    expect({0}, of(type, {2}, {1, 0}), of(type, {2, 3}, {1, 1, 1, 0, 0, 0}));
    expect({1}, of(type, {2}, {1, 0}), of(type, {2, 2}, {1, 0, 1, 0}));
    expect({}, of(type, {}, {1}), of(type, {3}, {1, 1, 1}));
  }
}
OP_TEST(stablehlo_broadcast_in_dim, turns_dimensions_and_repeats_those_of_size_1) {
  expect({1, 0}, i32({2, 3}, {1, 2, 3, 4, 5, 6}), i32({3, 2}, {1, 4, 2, 5, 3, 6}));
  expect({0, 2}, i32({2, 1}, {7, 8}), i32({2, 1, 2}, {7, 7, 8, 8}));
}
OP_TEST(stablehlo_broadcast_in_dim, refuses_what_does_not_fit) {
  const auto refused = [](std::vector<int64_t> dims, const char* text) {
    expect_model_error(model_of("STABLEHLO_BROADCAST_IN_DIM", along(std::move(dims)), {f32({2, 3})},
                                {f32({4, 2, 3})}),
                       {}, Code::invalid_model, text);
  };
  refused({0, 2}, "cannot broadcast [2, 3] to [4, 2, 3] along dimensions [0, 2]");
  refused({1}, "cannot broadcast");
  refused({1, 3}, "broadcast_dimensions [1, 3] are not");
  refused({1, 1}, "broadcast_dimensions [1, 1] are not");
  refused({-1, 2}, "broadcast_dimensions [-1, 2] are not");
}

}  // namespace samara::testing::stablehlo_broadcast_in_dim_test
