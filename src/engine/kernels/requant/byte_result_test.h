// Rules for kernels that make bytes themselves, and what they must make of given sums.
#pragma once

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "engine/kernels/requant/requant_kernels.h"

namespace samara::kernels {

/// A random rule for `channels`, and the memory that it points to.
class ByteCase {
 public:
  ByteCase(std::mt19937& r, int64_t rows, int64_t channels, bool once) : channels_(channels) {
    for (int64_t i = 0; i < channels; ++i) {
      scale_.push_back(float(1 + r() % 1000) * 0x1p-24f);
      const Multiplier m = quantize_multiplier(double(1 + r() % 1000) * 0x1p-20);
      multiplier_.push_back(m.value);
      shift_.push_back(m.shift);
    }
    out_.assign(size_t(rows * channels), 99);
    const bool is_unsigned = r() % 2;
    rule_.zero = int(r() % 256) - (is_unsigned ? 0 : 128);
    rule_.low = r() % 2 ? rule_.zero : is_unsigned ? 0 : -128;
    rule_.high = (is_unsigned ? 255 : 127) - int(r() % 3);
    if (rule_.high < rule_.low) rule_.high = rule_.low;
    if (once) rule_.scale = scale_.data();
    if (!once) rule_.multiplier = multiplier_.data(), rule_.shift = shift_.data();
    rule_.out = out_.data();
    rule_.stride = ptrdiff_t(channels);
  }
  const ByteResult* rule() const { return &rule_; }

  /// `sum(row, channel)` gives the exact sums.
  template <class F>
  void check(const F& sum) const {
    std::vector<int32_t> sums(size_t(channels_), 0);
    std::vector<uint8_t> want(size_t(channels_), 0);
    const SumBlock block{.sums = sums.data(),
                         .stride = ptrdiff_t(channels_),
                         .rows = 1,
                         .n = int(channels_),
                         .zero = rule_.zero,
                         .low = rule_.low,
                         .high = rule_.high,
                         .small = true};
    for (size_t row = 0; row < out_.size() / want.size(); ++row) {
      for (size_t j = 0; j < sums.size(); ++j) sums[j] = int32_t(sum(int64_t(row), int64_t(j)));
      if (rule_.scale) {
        requant_scalar.once8(block, scale_.data(), want.data(), block.stride);
      } else {
        requant_scalar.twice8(block, multiplier_.data(), shift_.data(), want.data(), block.stride);
      }
      for (size_t j = 0; j < want.size(); ++j)
        ASSERT_EQ(out_[row * want.size() + j], want[j]) << "row " << row << " channel " << j;
    }
  }

 private:
  int64_t channels_;
  std::vector<float> scale_;
  std::vector<int32_t> multiplier_, shift_;
  std::vector<uint8_t> out_;
  ByteResult rule_;
};

}  // namespace samara::kernels
