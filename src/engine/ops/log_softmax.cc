// LOG_SOFTMAX: x - log(sum of e^x) along the last dimension. Builtin 50, versions 1 to 2. Quantized
// outputs have the scale 1/16 and the highest value as zero point.
// Rules from: LiteRT tflite/kernels/activations.cc (LogSoftmaxPrepare),
// internal/reference/log_softmax.h.
#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/ops/shared/exp_table.h"
#include "engine/ops/shared/lookup.h"
#include "engine/ops/shared/rows.h"

namespace samara::ops {
namespace {

constexpr int64_t kCost = 16;

struct State {
  ExpTable table;
  kernels::Multiplier inverse;  // from 5 integer bits back to differences of the input
};

Status infer(const NoParams& p, Infer& n) {
  TRY(infer_function(p, n));
  TRY(check_has_rows(n));
  const Tensor& out = n.out(0);
  if (out.type == Type::f32) return ok();
  const int32_t zero = integer_range(out.type).high;
  if (out.quant.scale() != 16.0f / 256 || out.quant.zero_point() != zero) {
    return Error(Code::invalid_model,
                 cat("output must have scale 1/16 and zero point ", zero, ", not ",
                     out.quant.scale(), " and ", out.quant.zero_point()));
  }
  return ok();
}

Status prepare(const NoParams&, State& s, Prepare& n) {
  if (n.in(0).type == Type::f32) return ok();
  s.table.prepare(1.0, n.in(0).quant.scale());
  if (s.table.scale.value == 0) return ok();
  s.inverse = kernels::quantize_multiplier(std::ldexp(1.0, 31 - s.table.scale.shift) /
                                           double(s.table.scale.value));
  return ok();
}

void row_f32(const float* in, float* out, int64_t depth) {
  if (depth != 0) kernels::elementwise_f32().log_softmax(in, out, size_t(depth));
}

Status run_f32(const NoParams&, State&, Run& n) {
  for_each_row<float, float>(n, row_f32, kCost);
  return ok();
}

template <class T>
void row_8bit(const T* in, T* out, int64_t depth, const State& s) {
  if (depth == 0) return;
  const ExpTable& table = s.table;
  const T highest = *std::max_element(in, in + depth);
  const int32_t log_sum = fixed::log_above_1(table.sum(in, depth, highest));
  // Differences that would come out below the output's range.
  const int32_t lowest = kernels::rescale(log_sum + std::numeric_limits<int32_t>::min(), s.inverse);
  const int32_t diff_min = std::max(table.diff_min - 1, lowest);
  constexpr Range<int32_t> kRange{std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
  for (int64_t c = 0; c < depth; ++c) {
    const int32_t diff = in[c] - highest;
    if (diff <= diff_min) {
      out[c] = T(kRange.low);
      continue;
    }
    constexpr int kShift = 31 - 5 - 4;  // 5 integer bits in, 4 out
    const int32_t value =
        kernels::rounding_shift_right(table.scaled[size_t(-diff)] - log_sum, kShift);
    out[c] = T(kRange.clamp(value + kRange.high));
  }
}

template <class T>
Status run_8bit(const NoParams&, State& s, Run& n) {
  for_each_row<T, T>(
      n, [&s](const T* in, T* out, int64_t depth) { row_8bit(in, out, depth, s); }, kCost);
  return ok();
}

template <auto run>
constexpr auto kernel = bind<NoParams, State, run>;

}  // namespace

extern constinit const OpDef log_softmax = define_op<NoParams, State, parse_none, infer, prepare>(
    {.name = "LOG_SOFTMAX", .code = 50, .versions = {1, 2}},
    {{Type::f32, kernel<run_f32>},
     {Type::i8, kernel<run_8bit<int8_t>>},
     {Type::u8, kernel<run_8bit<uint8_t>>}});

}  // namespace samara::ops
