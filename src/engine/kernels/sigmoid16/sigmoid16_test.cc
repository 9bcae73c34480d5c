#include "engine/kernels/sigmoid16/sigmoid16.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace samara::kernels {
namespace {

class Sigmoid16Rows : public testing::TestWithParam<Variant<Sigmoid16>> {
 protected:
  void SetUp() override {
    if (!GetParam().runs_on(detected_isa())) GTEST_SKIP() << "this CPU lacks it";
    for (int x = -32768; x <= 32767; ++x) every.push_back(int16_t(x));
  }
  const Sigmoid16& k() const { return *GetParam().kernels; }
  std::vector<int16_t> every;
};

TEST_P(Sigmoid16Rows, logistic_has_the_bits_of_its_definition) {
  std::vector<int16_t> out(every.size());
  k().logistic(every.data(), out.data(), every.size());
  for (size_t i = 0; i < out.size(); ++i)
    ASSERT_EQ(out[i], sixteen::logistic(every[i])) << every[i];
}

TEST_P(Sigmoid16Rows, tanh_has_the_bits_of_its_definition) {
  for (int bits = 0; bits <= 6; ++bits) {
    std::vector<int16_t> out(every.size());
    k().tanh(every.data(), out.data(), every.size(), bits);
    for (size_t i = 0; i < out.size(); ++i)
      ASSERT_EQ(out[i], sixteen::tanh(every[i], bits)) << every[i] << ", " << bits << " bits";
  }
}

TEST_P(Sigmoid16Rows, short_rows_in_place_end_where_they_end) {
  for (size_t n = 0; n < 70; ++n) {
    std::vector<int16_t> row(every.begin() + 30000, every.begin() + 30000 + int(n) + 1);
    const std::vector<int16_t> in = row;
    k().logistic(row.data(), row.data(), n);
    for (size_t i = 0; i < n; ++i) ASSERT_EQ(row[i], sixteen::logistic(in[i]));
    ASSERT_EQ(row[n], in[n]) << "wrote beyond the row";
  }
}

INSTANTIATE_TEST_SUITE_P(Variants, Sigmoid16Rows,
                         testing::ValuesIn(sigmoid16_variants().begin(),
                                           sigmoid16_variants().end()),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace samara::kernels
