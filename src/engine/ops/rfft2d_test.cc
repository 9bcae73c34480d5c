#include <cmath>
#include <complex>
#include <vector>

#include "testing/op_test.h"

namespace samara::testing::rfft2d_test {

/// The definition itself: sum over all values for every bin.
std::vector<std::complex<float>> defined(const std::vector<float>& in, int rows, int columns, int h,
                                         int w) {
  std::vector<std::complex<float>> out;
  for (int u = 0; u < h; ++u) {
    for (int v = 0; v <= w / 2; ++v) {
      std::complex<double> sum = 0;
      for (int y = 0; y < std::min(rows, h); ++y) {
        for (int x = 0; x < std::min(columns, w); ++x) {
          const double angle = -2 * M_PI * (double(u) * y / h + double(v) * x / w);
          sum += double(in[size_t(y * columns + x)]) * std::polar(1.0, angle);
        }
      }
      out.push_back(std::complex<float>(sum));
    }
  }
  return out;
}

void check(int rows, int columns, int h, int w) {
  std::vector<float> in;
  for (int i = 0; i < rows * columns; ++i) in.push_back(std::sin(float(i * i + 1)));
  OpCase c{.op = "RFFT2D"};
  c.in(f32({rows, columns}, in)).constant(i32({2}, {h, w}));
  c.out(c64({h, w / 2 + 1}, defined(in, rows, columns, h, w)));
  run_everywhere(c);
}

OP_TEST(rfft2d, is_the_sum_that_defines_it) {
  check(1, 1, 1, 1);
  check(1, 2, 1, 2);
  check(1, 16, 1, 16);
  check(4, 8, 4, 8);
  check(8, 4, 8, 4);
}

OP_TEST(rfft2d, pads_with_zeros_and_cuts) {
  check(1, 5, 1, 8);
  check(3, 5, 4, 8);
  check(3, 9, 2, 4);
}

OP_TEST(rfft2d, refuses_lengths_that_are_no_power_of_two) {
  for (const int length : {0, -4, 3, 12}) {
    OpCase c{.op = "RFFT2D"};
    c.in(f32({1, 4})).constant(i32({2}, {1, length})).out(c64({1, 3}));
    expect_error(c, Code::invalid_model, "no power of two");
  }
}

OP_TEST(rfft2d, refuses_a_vector) {
  OpCase c{.op = "RFFT2D"};
  c.in(f32({4})).constant(i32({2}, {1, 4})).out(c64({3}));
  expect_error(c, Code::invalid_model, "2 dimensions");
}

}  // namespace samara::testing::rfft2d_test
