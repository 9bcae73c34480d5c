#include <complex>

#include "testing/op_test.h"

namespace samara::testing::irfft2d_test {

OpCase inverse(Literal in, std::vector<int32_t> lengths) {
  OpCase c{.op = "IRFFT2D", .custom = true};
  const auto count = int32_t(lengths.size());
  return std::move(c.in(std::move(in)).constant(i32({count}, std::move(lengths))));
}

OP_TEST(irfft2d, sums_waves) {
  // 8 of the constant, and a wave along each dimension.
  const auto bins = c64({2, 3}, {{8, 0}, {0, -4}, {0, 0}, {16, 0}, {0, 0}, {8, 0}});
  run_everywhere(inverse(bins, {2, 4}).out(f32({2, 4}, {4, 3, 4, 1, -2, 1, -2, -1})));
  run_everywhere(inverse(c64({1, 1}, {{3, 1}}), {1, 1}).out(f32({1, 1}, {3})));
}

OP_TEST(irfft2d, cuts_and_pads) {
  const auto bins = c64({1, 4}, {{4, 0}, {0, 0}, {4, 0}, {9, 9}});
  run_everywhere(inverse(bins, {2, 2}).out(f32({2, 2}, {1, 1, 1, 1})));
  run_everywhere(inverse(c64({1, 1}, {{8, 0}}), {2, 4}).out(f32({2, 4}, {1, 1, 1, 1, 1, 1, 1, 1})));
}

OP_TEST(irfft2d, refuses_bad_lengths) {
  const auto refuses = [](OpCase c, const char* text) {
    expect_error(c.out(f32({2, 2})), Code::invalid_model, text);
  };
  refuses(inverse(c64({2, 2}), {2, 3}), "power of two");
  refuses(inverse(c64({2, 2}), {0, 2}), "power of two");
  refuses(inverse(c64({2, 2}), {2}), "2 lengths");
  refuses(inverse(c64({4}), {2, 2}), "2 dimensions");
}

}  // namespace samara::testing::irfft2d_test
