// Mfcc: mel-frequency cepstral coefficients of a spectrogram: float32 [channels, windows, bins] and
// a sample rate (int32) to [channels, windows, coefficients]. Custom operator. The square roots of
// the bins are summed under triangles that are evenly spaced in mel; of the sums' logarithms the
// first coefficients of a cosine transform are kept. All in double.
// Options: lower_frequency_limit and upper_frequency_limit (whole numbers),
// filterbank_channel_count, dct_coefficient_count.
// Rules from: LiteRT tflite/kernels/mfcc.cc, internal/{mfcc,mfcc_dct,mfcc_mel_filterbank}.cc.
#include <algorithm>
#include <cmath>

#include "engine/graph/flexbuffers/flexbuffer_options.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

struct Params {
  int32_t low = 0, high = 0, bands = 0, coefficients = 0;
};

struct State {
  const double* cosines = nullptr;  // [coefficients][bands]
};

enum Slot { kSlotBins, kSlotBands };

/// What a bin adds to: `share` of it to a band, the rest to the next one.
struct Bin {
  int32_t band = 0;
  double share = 0;
};

double mel(double frequency) { return 1127.0 * std::log1p(frequency / 700.0); }

Result<Params> parse(const OpView& v) {
  constexpr int64_t kMost = 1 << 16;
  TRY_SET(const FlexOptions options, FlexOptions::read(v));
  Params p;
  TRY_SET(p.low, options.integer("lower_frequency_limit", 0, 0, INT32_MAX));
  TRY_SET(p.high, options.integer("upper_frequency_limit", 0, int64_t{p.low} + 1, INT32_MAX));
  TRY_SET(p.bands, options.integer("filterbank_channel_count", 0, 1, kMost));
  TRY_SET(p.coefficients, options.integer("dct_coefficient_count", 0, 1, p.bands));
  return p;
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(2, 1));
  const Tensor &in = n.in(0), &rate = n.in(1);
  TRY(n.has_rank(in, 3));
  TRY(n.has_type(rate, {Type::i32}));
  TRY(n.same_type(in, n.out(0)));
  if (rate.shape.elements() != 1) {
    return Error(Code::invalid_model, cat("takes 1 sample rate, not ", rate.shape.elements()));
  }
  if (in.shape[2] < 2) {
    return Error(Code::invalid_model, cat("takes 2 frequencies or more, not ", in.shape[2]));
  }
  TRY(n.set_shape(n.out(0), {in.shape[0], in.shape[1], p.coefficients}));
  TRY(n.scratch(kSlotBins, int64_t{in.shape[2]} * int64_t{sizeof(Bin)}));
  return n.scratch(kSlotBands, int64_t{p.bands} * int64_t{sizeof(double)});
}

Status prepare(const Params& p, State& s, Prepare& n) {
  const int64_t bytes = int64_t{p.coefficients} * p.bands * int64_t{sizeof(double)};
  TRY_SET(const std::byte* memory, n.packed("cosines", bytes, [&](std::byte* to) {
    auto* cosine = reinterpret_cast<double*>(to);
    const double scale = std::sqrt(2.0 / p.bands), step = M_PI / p.bands;
    for (int32_t i = 0; i < p.coefficients; ++i) {
      for (int32_t j = 0; j < p.bands; ++j) *cosine++ = scale * std::cos(i * step * (j + 0.5));
    }
    return ok();
  }));
  s.cosines = reinterpret_cast<const double*>(memory);
  return ok();
}

/// The bins that count; the constant one never does.
struct Filter {
  int32_t first = 0, last = -1;
};

Result<Filter> design(const Params& p, const Run& n, int32_t rate, std::span<Bin> bins) {
  if (rate <= 0) return value_error(n, 1, cat("the sample rate is ", rate));
  const double width = 0.5 * rate / double(bins.size() - 1);  // of a bin, in Hz
  Filter f;
  if (p.high / width >= double(bins.size())) {
    return value_error(
        n, 1,
        cat("upper_frequency_limit ", p.high, " is above half of the sample ", "rate ", rate));
  }
  f.first = int32_t(std::min(1.5 + p.low / width, double(bins.size())));
  f.last = int32_t(p.high / width);
  const double low = mel(p.low), spacing = (mel(p.high) - low) / (p.bands + 1);
  const auto center = [&](int32_t band) { return low + spacing * (band + 1); };
  int32_t band = 0;
  for (int32_t i = f.first; i <= f.last; ++i) {
    const double at = mel(i * width);
    while (band < p.bands && center(band) < at) ++band;
    const double left = band > 0 ? center(band - 1) : low;
    bins[size_t(i)] = {band - 1, (center(band) - at) / (center(band) - left)};
  }
  return f;
}

Status run(const Params& p, State& s, Run& n) {
  constexpr double kFloor = 1e-12;  // of what a logarithm is taken
  const Shape& shape = n.in(0).shape;
  const std::span bins(reinterpret_cast<Bin*>(n.scratch(kSlotBins).data()), size_t(shape[2]));
  const std::span bands(reinterpret_cast<double*>(n.scratch(kSlotBands).data()), size_t(p.bands));
  TRY_SET(const Filter f, design(p, n, *n.in_data<int32_t>(1), bins));
  const float* in = n.in_data<float>(0);
  float* out = n.out_data<float>(0);
  for (int64_t row = 0; row < shape.range(0, 2); ++row, in += shape[2]) {
    std::fill(bands.begin(), bands.end(), 0.0);
    for (int32_t i = f.first; i <= f.last; ++i) {
      const Bin& bin = bins[size_t(i)];
      const double size = std::sqrt(double(in[i])), part = size * bin.share;
      if (bin.band >= 0) bands[size_t(bin.band)] += part;
      if (bin.band + 1 < p.bands) bands[size_t(bin.band + 1)] += size - part;
    }
    for (double& band : bands) band = std::log(band < kFloor ? kFloor : band);
    for (int32_t c = 0; c < p.coefficients; ++c) {
      double sum = 0;
      for (int32_t b = 0; b < p.bands; ++b)
        sum += s.cosines[c * int64_t{p.bands} + b] * bands[size_t(b)];
      *out++ = float(sum);
    }
  }
  return n.poll();
}

}  // namespace

extern constinit const OpDef mfcc = define_op<Params, State, parse, infer, prepare>(
    {.name = "Mfcc"}, {{Type::f32, bind<Params, State, run>}});

}  // namespace samara::ops
