// AudioSpectrogram: power (or magnitude) of the frequencies in windows of an audio signal: float32
// [samples, channels] to [channels, windows, bins]. Custom operator. Each window is weighted by a
// periodic Hann function and padded with zeros to a power of two; all in double, rounded once.
// Options: window_size, stride, magnitude_squared.
// Rules from: LiteRT tflite/kernels/audio_spectrogram.cc, internal/spectrogram.cc.
#include <bit>

#include "engine/graph/flexbuffers/flexbuffer_options.h"
#include "engine/graph/op.h"
#include "engine/ops/shared/fft.h"

namespace samara::ops {
namespace {

struct Params {
  int32_t window = 0, stride = 0;
  bool squared = false;
  int32_t length() const { return int32_t(std::bit_ceil(uint32_t(window))); }
};

struct State {
  std::vector<double> window;
  std::vector<Complex> table;
};

Result<Params> parse(const OpView& v) {
  TRY_SET(const FlexOptions options, FlexOptions::read(v));
  Params p;
  TRY_SET(p.window, options.integer("window_size", 0, 2, 1 << 24));
  TRY_SET(p.stride, options.integer("stride", 0, 1, INT32_MAX));
  p.squared = options.flag("magnitude_squared");
  return p;
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(1, 1));
  TRY(n.has_rank(n.in(0), 2));
  TRY(n.same_type(n.in(0), n.out(0)));
  const Shape& in = n.in(0).shape;
  const int32_t windows = in[0] < p.window ? 0 : 1 + (in[0] - p.window) / p.stride;
  const int32_t bins = 1 + p.length() / 2;
  TRY(n.set_shape(n.out(0), {in[1], windows, bins}));
  return n.scratch(0, int64_t{bins} * int64_t{sizeof(Complex)});
}

Status prepare(const Params& p, State& s, Prepare&) {
  s.window.resize(size_t(p.window));
  for (size_t i = 0; i < s.window.size(); ++i) {
    s.window[i] = 0.5 - 0.5 * std::cos(2 * M_PI * double(i) / p.window);
  }
  s.table = twiddles(p.length());
  return ok();
}

Status run(const Params& p, State& s, Run& n) {
  const Shape& out = n.out(0).shape;
  const int32_t channels = out[0], bins = out[2];
  const std::span work(reinterpret_cast<Complex*>(n.scratch(0).data()), size_t(bins));
  const float* in = n.in_data<float>(0);
  float* to = n.out_data<float>(0);
  for (int32_t channel = 0; channel < channels; ++channel) {
    for (int32_t w = 0; w < out[1]; ++w) {
      const auto sample = [&](int32_t i) {
        if (i >= p.window) return 0.0;
        const int64_t at = int64_t{w} * p.stride + i;
        return double(in[at * channels + channel]) * s.window[size_t(i)];
      };
      for (int32_t i = 0; i + 1 < bins; ++i) work[size_t(i)] = {sample(2 * i), sample(2 * i + 1)};
      real_fft(work, s.table, p.length());
      for (const Complex& bin : work) {
        const float power = float(bin.re * bin.re + bin.im * bin.im);
        *to++ = p.squared ? power : std::sqrt(power);
      }
    }
    TRY(n.poll());
  }
  return ok();
}

}  // namespace

extern constinit const OpDef audio_spectrogram = define_op<Params, State, parse, infer, prepare>(
    {.name = "AudioSpectrogram"}, {{Type::f32, bind<Params, State, run>}});

}  // namespace samara::ops
