#include <cmath>

#include "testing/op_test.h"

namespace samara::testing::local_response_normalization_test {

Options norm(int radius, float bias, float alpha, float beta) {
  return options<fb::LocalResponseNormalizationOptionsT>(
      [=](auto& o) { o.radius = radius, o.bias = bias, o.alpha = alpha, o.beta = beta; });
}

OP_TEST(local_response_normalization, divides_by_the_neighbours_squares) {
  // Windows [c - 2, c + 2): squares 1 4 9 16 25.
  const float sums[] = {5, 14, 30, 54, 50};
  std::vector<float> want;
  for (int c = 0; c < 5; ++c) want.push_back(float(c + 1) / std::sqrt(9 + 4 * sums[c]));
  OpCase c{.op = "LOCAL_RESPONSE_NORMALIZATION", .options = norm(2, 9, 4, 0.5f)};
  c.in(f32({1, 1, 1, 5}, {1, 2, 3, 4, 5})).out(f32({1, 1, 1, 5}, want));
  run_everywhere(c);
}

OP_TEST(local_response_normalization, windows_may_be_as_wide_or_narrow_as_they_like) {
  OpCase c{.op = "LOCAL_RESPONSE_NORMALIZATION", .options = norm(2147483647, 1, 1, 1)};
  c.in(f32({1, 1, 1, 2}, {1, 2})).out(f32({1, 1, 1, 2}, {1 / 6.0f, 2 / 6.0f}));
  run_everywhere(c);
  for (const int radius : {0, -5, -2147483647}) {
    c.options = norm(radius, 2, 1, 1);
    c.outputs[0] = f32({1, 1, 1, 2}, {0.5f, 1});
    run_everywhere(c);
  }
}

OP_TEST(local_response_normalization, refuses_other_ranks_and_types) {
  OpCase c{.op = "LOCAL_RESPONSE_NORMALIZATION", .options = norm(1, 1, 1, 1)};
  c.in(f32({1, 2, 2})).out(f32({1, 2, 2}));
  expect_error(c, Code::invalid_model, "rank");
  OpCase d{.op = "LOCAL_RESPONSE_NORMALIZATION", .options = norm(1, 1, 1, 1)};
  d.in(i8({1, 1, 2, 2})).out(i8({1, 1, 2, 2}));
  expect_error(d, Code::unsupported, "int8");
}

}  // namespace samara::testing::local_response_normalization_test
