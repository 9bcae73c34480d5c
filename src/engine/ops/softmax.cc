// SOFTMAX: e^(beta x) over the sum of those along the last dimension. Builtin 25, versions 1 to 4.
// Quantized outputs have the scale 1/256 (8 bits) or 1/32768 (16 bits) and start at the lowest
// value, 16-bit ones at 0.
// Rules from: LiteRT tflite/kernels/activations.cc (SoftmaxPrepare),
// internal/reference/softmax.h.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "engine/ops/shared/exp_table.h"
#include "engine/ops/shared/lookup.h"
#include "engine/ops/shared/rows.h"

namespace samara::ops {
namespace {

constexpr int64_t kCost = 16;

struct Params {
  float beta = 1;
};

struct State {
  ExpTable table;                 // 8-bit inputs
  Lookup exp, one_over_one_plus;  // 16-bit inputs
  kernels::Multiplier scale;
};

Result<Params> parse(const OpView& v) { return Params{v.options<fb::SoftmaxOptions>().beta()}; }

Status check_output(const Tensor& out) {
  const bool i16 = out.type == Type::i16;
  const float scale = i16 ? 1.0f / 32768 : 1.0f / 256;
  const int32_t zero = i16 ? 0 : integer_range(out.type).low;
  if (std::abs(out.quant.scale() - scale) > 0.001f * scale || out.quant.zero_point() != zero) {
    return Error(Code::invalid_model,
                 cat("output must have scale ", scale, " and zero point ", zero, ", not ",
                     out.quant.scale(), " and ", out.quant.zero_point()));
  }
  return ok();
}

Status infer(const Params& p, Infer& n) {
  TRY(infer_same_shape(n));
  TRY(check_has_rows(n));
  const Tensor& in = n.in(0);
  const Tensor& out = n.out(0);
  if (in.type == Type::i8 || in.type == Type::u8) {
    TRY(n.has_type(out, {in.type, Type::i16}));
  } else {
    TRY(n.same_type(in, out));
  }
  if (in.type == Type::f32 || in.type == Type::f16) return ok();
  if (!(p.beta > 0) || std::isinf(p.beta)) {
    return Error(Code::invalid_model, cat("beta ", p.beta, " is not positive"));
  }
  TRY(n.quantized(in));
  TRY(n.quantized(out));
  if (in.type == Type::i16 && in.quant.zero_point() != 0) {
    return Error(Code::invalid_model,
                 cat("16-bit input's zero point must be 0, not ", in.quant.zero_point()));
  }
  return check_output(out);
}

Status prepare(const Params& p, State& s, Prepare& n) {
  const Tensor& in = n.in(0);
  if (in.type == Type::i8 || in.type == Type::u8) s.table.prepare(p.beta, in.quant.scale());
  if (in.type == Type::i16) {
    // e^x for x in [-10, 0] and 1 / (1 + x) for x in [0, 1].
    constexpr double kOut = 2.0 / 65535;
    fill_samples<double>(s.exp, 10.0 / 65535 * -65535, 0.0, kOut,
                         [](double x) { return std::exp(x); });
    fill_samples<double>(s.one_over_one_plus, 0.0, 1.0 / 65535 * 65535, kOut,
                         [](double x) { return 1.0 / (1.0 + x); });
    s.scale = kernels::quantize_multiplier(double(in.quant.scale() * p.beta) / (10.0 / 65535.0));
  }
  return ok();
}

template <class T>
void row_float(const T* in, T* out, int64_t depth, float beta) {
  float highest = std::numeric_limits<float>::lowest();
  for (int64_t c = 0; c < depth; ++c) highest = std::max(highest, float(in[c]));
  float sum = 0;
  for (int64_t c = 0; c < depth; ++c) {
    const float e = std::exp((float(in[c]) - highest) * beta);
    out[c] = T(e);
    sum += e;
  }
  for (int64_t c = 0; c < depth; ++c) out[c] = T(float(out[c]) / sum);
}

Status run_f32(const Params& p, State&, Run& n) {
  const auto softmax = kernels::elementwise_f32().softmax;
  for_each_row<float, float>(
      n,
      [=, beta = p.beta](const float* in, float* out, int64_t depth) {
        if (depth != 0) softmax(in, out, size_t(depth), beta);
      },
      kCost);
  return ok();
}

template <class T>
Status run_float(const Params& p, State&, Run& n) {
  for_each_row<T, T>(
      n, [beta = p.beta](const T* in, T* out, int64_t depth) { row_float(in, out, depth, beta); },
      kCost);
  return ok();
}

template <class In, class Out>
void row_8bit(const In* in, Out* out, int64_t depth, const ExpTable& table) {
  if (depth == 0) return;
  const In highest = *std::max_element(in, in + depth);
  int bits_over_unit = 0;
  const int32_t inverse =
      fixed::reciprocal(table.sum(in, depth, highest), ExpTable::kSumBits, bits_over_unit);
  const int exponent = bits_over_unit + 31 - int(sizeof(Out) * 8);
  const Range<int32_t> range{std::numeric_limits<Out>::min(), std::numeric_limits<Out>::max()};
  for (int64_t c = 0; c < depth; ++c) {
    const int32_t e = table.exp[size_t(highest - in[c])];
    // Beyond 31 bits, which takes a row of 512 equal values, nothing is left.
    const int32_t share =
        exponent > 31 ? 0 : kernels::rounding_shift_right(fixed::mul(inverse, e), exponent);
    out[c] = Out(range.clamp(share + range.low));
  }
}

template <class In>
Status run_8bit(const Params&, State& s, Run& n) {
  if (n.out(0).type == Type::i16) {
    for_each_row<In, int16_t>(
        n, [&s](const In* in, int16_t* out, int64_t d) { row_8bit(in, out, d, s.table); }, kCost);
  } else {
    for_each_row<In, In>(
        n, [&s](const In* in, In* out, int64_t d) { row_8bit(in, out, d, s.table); }, kCost);
  }
  return ok();
}

void row_i16(const int16_t* in, int16_t* out, int64_t depth, const State& s) {
  if (depth == 0) return;
  const int32_t highest = *std::max_element(in, in + depth);
  int64_t total = 0;  // 15 fraction bits
  for (int64_t c = 0; c < depth; ++c) {
    const int64_t scaled = int64_t{kernels::rescale(in[c] - highest, s.scale)} + 32767;
    out[c] = s.exp.interpolate(int16_t(std::clamp<int64_t>(scaled, -32768, 32767)));
    total += out[c];
  }
  const int64_t sum = std::min<int64_t>(total, std::numeric_limits<int32_t>::max());
  // sum = 2^k (1 + x) with x in [0, 1).
  const int zeros = std::countl_zero(uint32_t(sum));
  const int64_t shifted = ((sum << (zeros - 1)) + (1 << 13)) >> 14;
  const int64_t x = std::clamp<int64_t>(shifted - (1 << 15) - (1 << 16), -32768, 32767);
  const int64_t inverse = s.one_over_one_plus.interpolate(int16_t(x));
  const int right = 31 - zeros;
  for (int64_t c = 0; c < depth; ++c) {
    const int64_t share = (out[c] * inverse + (int64_t{1} << (right - 1))) >> right;
    out[c] = int16_t(std::clamp<int64_t>(share, 0, 32767));
  }
}

Status run_i16(const Params&, State& s, Run& n) {
  for_each_row<int16_t, int16_t>(
      n, [&s](const int16_t* in, int16_t* out, int64_t depth) { row_i16(in, out, depth, s); },
      kCost);
  return ok();
}

template <auto run>
constexpr auto kernel = bind<Params, State, run>;

}  // namespace

extern constinit const OpDef softmax = define_op<Params, State, parse, infer, prepare>(
    {.name = "SOFTMAX", .code = 25, .versions = {1, 4}, .in_place = 1},
    {{Type::f32, kernel<run_f32>},
     {Type::f16, kernel<run_float<kernels::Half>>},
     {Type::i8, kernel<run_8bit<int8_t>>},
     {Type::u8, kernel<run_8bit<uint8_t>>},
     {Type::i16, kernel<run_i16>}});

}  // namespace samara::ops
