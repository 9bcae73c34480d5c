#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_transpose_test {

Options permuting(std::vector<int64_t> permutation) {
  return options<fb::StablehloTransposeOptionsT>(
      [&](auto& o) { o.permutation = std::move(permutation); });
}

OP_TEST(stablehlo_transpose, turns_every_type) {
  for (const Type type : kMovedTypes) {
    SCOPED_TRACE(std::string(name(type)));
    OpCase c{.op = "STABLEHLO_TRANSPOSE", .options = permuting({1, 0})};
    c.in(of(type, {2, 3}, {1, 0, 3, 4, 5, 6})).out(of(type, {3, 2}, {1, 4, 0, 5, 3, 6}));
    run_everywhere(c);
  }
  OpCase three{.op = "STABLEHLO_TRANSPOSE", .options = permuting({2, 0, 1})};
  three.in(i32({1, 2, 3}, {1, 2, 3, 4, 5, 6})).out(i32({3, 1, 2}, {1, 4, 2, 5, 3, 6}));
  run_everywhere(three);
  OpCase scalar{.op = "STABLEHLO_TRANSPOSE", .options = permuting({})};
  scalar.in(i32({}, {7})).out(i32({}, {7}));
  run_everywhere(scalar);
}
OP_TEST(stablehlo_transpose, refuses_what_is_no_permutation) {
  const auto refused = [](std::vector<int64_t> permutation, const char* text) {
    OpCase c{.op = "STABLEHLO_TRANSPOSE", .options = permuting(std::move(permutation))};
    c.in(f32({2, 3})).out(f32({3, 2}));
    expect_error(c, Code::invalid_model, text);
  };
  refused({0, 0}, "permutation [0, 0] are not different dimensions");
  refused({0, 2}, "permutation [0, 2]");
  refused({-1, 0}, "permutation [-1, 0]");
  refused({0}, "permutation has 1 entries for rank 2");
  refused({}, "permutation has 0 entries");
}
OP_TEST(stablehlo_transpose, refuses_a_permutation_of_any_length) {
  OpCase c{.op = "STABLEHLO_TRANSPOSE", .options = permuting(std::vector<int64_t>(100))};
  c.in(f32({2, 3})).out(f32({3, 2}));
  expect_error(c, Code::unsupported, "permutation has 100 entries");
}

}  // namespace samara::testing::stablehlo_transpose_test
