#include "engine/graph/flexbuffers/options_test.h"
#include "testing/op_test.h"

namespace samara::testing::audio_spectrogram_test {

OpCase windows(int64_t size, int64_t stride, bool squared) {
  OpCase c{.op = "AudioSpectrogram", .custom = true};
  c.custom_options = flex([=](auto& b) {
    b.Int("window_size", size);
    b.Int("stride", stride);
    b.Bool("magnitude_squared", squared);
  });
  return std::move(c.in(f32({7, 2}, {0.5f, 1, -0.25f, 2, 1, 3, 0.75f, 4, -1, 5, 0.125f, 6, 0, 7})));
}

// From LiteRT's kernel.
OP_TEST(audio_spectrogram, gives_what_litert_gave) {
  OpCase power = windows(3, 2, true);
  power.out(
      f32({2, 3, 3}, {0.31640625f, 0.59765625f, 0.87890625f, 0.03515625f, 0.87890625f, 1.72265625f,
                      0.0087890625f, 0.0087890625f, 0.0087890625f, 14.0625f, 7.3125f, 0.5625f,
                      45.5625f, 23.0625f, 0.5625f, 95.0625f, 47.8125f, 0.5625f}));
  run_everywhere(power);
  OpCase magnitude = windows(3, 2, false);
  magnitude.out(
      f32({2, 3, 3}, {0.5625f, 0.7730823159217834f, 0.9375f, 0.1875f, 0.9375f, 1.3125f, 0.09375f,
                      0.09375f, 0.09375f, 3.75f, 2.7041635513305664f, 0.75f, 6.75f,
                      4.802343368530273f, 0.75f, 9.75f, 6.914658546447754f, 0.75f}));
  run_everywhere(magnitude);
}

OP_TEST(audio_spectrogram, has_no_windows_where_samples_are_too_few) {
  run_everywhere(windows(8, 1, true).out(f32({2, 0, 5})));
}

OP_TEST(audio_spectrogram, refuses_bad_options) {
  expect_error(windows(1, 1, true).out(f32({2, 7, 1})), Code::invalid_model, "window_size is 1");
  expect_error(windows(2, 0, true).out(f32({2, 7, 2})), Code::invalid_model, "stride is 0");
  OpCase none = windows(2, 1, true).out(f32({2, 7, 2}));
  none.custom_options = {};
  expect_error(none, Code::invalid_model, "no custom options");
  OpCase flat = windows(2, 1, true).out(f32({2, 7, 2}));
  flat.inputs[0] = f32({14});
  expect_error(flat, Code::invalid_model, "rank");
}

}  // namespace samara::testing::audio_spectrogram_test
