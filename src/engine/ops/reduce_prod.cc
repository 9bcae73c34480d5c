// REDUCE_PROD: the product over axes. Builtin 81, versions 1 to 2. Integers wrap; of nothing it
// is 1. Quantized: each factor is rescaled on the way, so that n of them end in the output's scale.
#include <cmath>
#include <limits>

#include "engine/kernels/requant/requant.h"
#include "engine/ops/shared/arithmetic.h"
#include "engine/ops/shared/reduce.h"

namespace samara::ops {
namespace {

struct State {
  kernels::Multiplier scale;
};

Status infer(const ReduceParams& p, Infer& n) {
  TRY(infer_reduce(p, n));
  const Tensor& in = n.in(0);
  if (in.quant.empty()) return ok();
  TRY(n.has_type(in, {Type::i8, Type::i16}));
  TRY(n.quantized(in));
  TRY(n.quantized(n.out(0)));
  if (in.type == Type::i16 && (in.quant.zero_point() != 0 || n.out(0).quant.zero_point() != 0)) {
    return Error(Code::invalid_model, "16-bit zero points must be 0");
  }
  return ok();
}

Status prepare(const ReduceParams&, State& s, Prepare& n) {
  const Quantization& in = n.in(0).quant;
  const int64_t cells = plan_reduction(n).cells;
  if (in.empty() || cells == 0) return ok();
  s.scale = kernels::quantize_multiplier(
      double(in.scale()) / std::pow(double(n.out(0).quant.scale()), 1.0 / double(cells)));
  return ok();
}

template <class T>
Status run_plain(const ReduceParams&, State&, Run& n) {
  using Acc = std::conditional_t<std::is_integral_v<T>, uint64_t, double>;
  const auto times = [](Acc acc, auto x) { return Acc(acc * Acc(x)); };
  reduce<T, Acc, 4>(n, plan_reduction(n), Acc(1), times, times, [](Acc acc) { return T(acc); });
  return ok();
}

template <class T>
Status run_small(const ReduceParams& p, State& s, Run& n) {
  if (n.in(0).quant.empty()) return run_plain<T>(p, s, n);
  const int32_t in_zero = n.in(0).quant.zero_point();
  const int32_t out_zero = n.out(0).quant.zero_point();
  const Range<int32_t> range = integer_range(n.out(0).type);
  // The first factor is taken as it is; no accumulated value is beyond 32 bits.
  constexpr int64_t kNone = std::numeric_limits<int64_t>::min();
  const auto times = [&](int64_t acc, auto x) {
    const int64_t factor = int64_t(x) - in_zero;
    return acc == kNone ? factor : int64_t{kernels::rescale64(acc * factor, s.scale)};
  };
  const float one = std::round(1.0f / n.out(0).quant.scale());
  const int32_t empty = int32_t(std::min(one, 0x1p24f));
  reduce<T, int64_t, 1>(n, plan_reduction(n), kNone, times, times, [&](int64_t acc) {
    const int32_t product = acc == kNone ? empty : kernels::rescale64(acc, s.scale);
    return T(range.clamp(int32_t(std::clamp<int64_t>(int64_t{product} + out_zero, -65536, 65536))));
  });
  return ok();
}

template <auto run>
constexpr auto kernel = bind<ReduceParams, State, run>;

}  // namespace

extern constinit const OpDef reduce_prod =
    define_op<ReduceParams, State, parse_reduce, infer, prepare>(
        {.name = "REDUCE_PROD", .code = 81, .versions = {1, 2}},
        {{Type::f32, kernel<run_plain<float>>},
         {Type::u8, kernel<run_plain<uint8_t>>},
         {Type::i32, kernel<run_plain<int32_t>>},
         {Type::i64, kernel<run_plain<int64_t>>},
         {Type::i8, kernel<run_small<int8_t>>},
         {Type::i16, kernel<run_small<int16_t>>}});

}  // namespace samara::ops
