#include "engine/graph/flexbuffers/options_test.h"
#include "testing/op_test.h"

namespace samara::testing::mfcc_test {

OpCase coefficients(int64_t low, int64_t high, int64_t bands, int64_t count, int32_t rate) {
  OpCase c{.op = "Mfcc", .custom = true};
  c.custom_options = flex([=](auto& b) {
    b.Int("lower_frequency_limit", low);
    b.Int("upper_frequency_limit", high);
    b.Int("filterbank_channel_count", bands);
    b.Int("dct_coefficient_count", count);
  });
  c.in(f32({1, 1, 9}, {1, 4, 9, 16, 25, 36, 49, 64, 81})).constant(i32({1}, {rate}));
  return c.out(f32({1, 1, 3}, {-17.794822692871094f, -19.06963348388672f, -13.63272476196289f}));
}

// From LiteRT's kernel.
OP_TEST(mfcc, gives_what_litert_gave) { run_everywhere(coefficients(20, 4000, 4, 3, 16000)); }

OP_TEST(mfcc, refuses_bad_options) {
  const auto refuses = [](const OpCase& c, const char* text) {
    expect_error(c, Code::invalid_model, text);
  };
  refuses(coefficients(-1, 4000, 4, 3, 16000), "lower_frequency_limit is -1");
  refuses(coefficients(20, 20, 4, 3, 16000), "upper_frequency_limit is 20");
  refuses(coefficients(20, 4000, 0, 3, 16000), "filterbank_channel_count is 0");
  refuses(coefficients(20, 4000, 2, 3, 16000), "dct_coefficient_count is 3");
  refuses(coefficients(20, 4000, 4, 3, 0), "sample rate is 0");
  refuses(coefficients(20, 8001, 4, 3, 8000), "above half");
  OpCase thin = coefficients(20, 4000, 4, 3, 16000);
  thin.inputs[0] = f32({1, 1, 1});
  refuses(thin, "2 frequencies");
  OpCase rates = coefficients(20, 4000, 4, 3, 16000);
  rates.inputs[1] = i32({2}, {1, 1}).as(Role::either);
  refuses(rates, "1 sample rate");
}

}  // namespace samara::testing::mfcc_test
