#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/kernels/gemv_f32/gemv_f32_kernels.h"

namespace samara::kernels {
namespace {

/// Small whole numbers: their sums are exact in float, so every variant must agree to the bit.
std::vector<float> whole(size_t n, int seed) {
  std::vector<float> v(n);
  for (size_t i = 0; i < n; ++i) v[i] = float(int((i * 7919 + size_t(seed) * 31) % 17) - 8);
  return v;
}

class GemvF32Test : public testing::TestWithParam<Variant<GemvF32>> {};

TEST_P(GemvF32Test, multiplies_any_size) {
  if (!GetParam().runs_on(detected_isa())) GTEST_SKIP() << "this CPU lacks it";
  const auto pool = ThreadPool::create({.threads = 2});
  for (const size_t rows : {1u, 2u, 3u, 4u, 7u})
    for (const size_t cols : {0u, 1u, 2u, 7u, 8u, 9u, 300u})
      for (const size_t k : {0u, 1u, 3u, 4u, 8u, 15u, 16u, 17u, 33u, 70u})
        for (const bool with_bias : {true, false}) {
          const auto x = whole(rows * (k + 1), 1), w = whole(cols * (k + 3), 2);
          const auto bias = whole(cols, 3);
          std::vector<float> out(rows * (cols + 1), -99);
          gemv_f32({rows, cols, k, x.data(), k + 1, w.data(), k + 3,
                    with_bias ? bias.data() : nullptr, out.data(), cols + 1, -50, 70},
                   **pool, *GetParam().kernels);
          for (size_t r = 0; r < rows; ++r) {
            for (size_t c = 0; c < cols; ++c) {
              float sum = with_bias ? bias[c] : 0;
              for (size_t i = 0; i < k; ++i) sum += x[r * (k + 1) + i] * w[c * (k + 3) + i];
              const float want = std::min(std::max(sum, -50.0f), 70.0f);
              ASSERT_EQ(out[r * (cols + 1) + c], want) << rows << "x" << cols << "x" << k;
            }
            ASSERT_EQ(out[r * (cols + 1) + cols], -99) << "wrote beyond the row";
          }
        }
}

INSTANTIATE_TEST_SUITE_P(Variants, GemvF32Test,
                         testing::ValuesIn(gemv_f32_variants().begin(), gemv_f32_variants().end()),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace samara::kernels
