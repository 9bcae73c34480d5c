// SUM: the sum over axes. Builtin 74, versions 1 to 2. Integers wrap. Quantized sums are rescaled
// with the rounding of MEAN; LiteRT's reference kernel reads int8 and int16 as uint8 there
// (docs/bugs.md), so those results are right rather than equal to it.
#include "engine/kernels/requant/requant.h"
#include "engine/ops/shared/activation.h"
#include "engine/ops/shared/reduce.h"
#include "engine/ops/shared/saturating.h"

namespace samara::ops {
namespace {

struct State {
  kernels::Multiplier scale;
};

Status prepare(const ReduceParams&, State& s, Prepare& n) {
  const Tensor& in = n.in(0);
  const Tensor& out = n.out(0);
  if (in.quant.empty() || out.quant.empty()) return ok();
  s.scale = kernels::quantize_multiplier(double(in.quant.scale()) / double(out.quant.scale()));
  return ok();
}

Status run_f32(const ReduceParams&, State&, Run& n) {
  reduce_sum_f32(n, plan_reduction(n), 1.0);
  return ok();
}

template <class T>
Status run_integer(const ReduceParams&, State&, Run& n) {
  const auto add = [](uint64_t acc, auto x) { return acc + uint64_t(int64_t(x)); };
  reduce<T, uint64_t, 4>(n, plan_reduction(n), 0, add, add, [](uint64_t sum) { return T(sum); });
  return ok();
}

template <class T>
Status run_quantized(const ReduceParams&, State& s, Run& n) {
  const Reduction r = plan_reduction(n);
  if (reduces_once(n) && r.cells > 0) {
    reduce_once<T>(n, r, 1.0f);
    return ok();
  }
  const int32_t out_zero = n.out(0).quant.zero_point();
  const Range<int32_t> range = integer_range(n.out(0).type);
  const int64_t zeros = n.in(0).quant.zero_point() * r.cells;
  reduce_sum_quantized<T>(n, r, [&](uint32_t sum) {
    const int32_t centred = int32_t(sum - uint32_t(zeros));
    return T(range.clamp(saturating_rescale(centred, s.scale), out_zero));
  });
  return ok();
}

template <auto run>
constexpr auto kernel = bind<ReduceParams, State, run>;

}  // namespace

extern constinit const OpDef sum =
    define_op<ReduceParams, State, parse_reduce, infer_reduce_quantized, prepare>(
        {.name = "SUM", .code = 74, .versions = {1, 2}},
        {{Type::f32, kernel<run_f32>},
         {Type::i32, kernel<run_integer<int32_t>>},
         {Type::i64, kernel<run_integer<int64_t>>},
         {Type::i8, kernel<run_quantized<int8_t>>},
         {Type::u8, kernel<run_quantized<uint8_t>>},
         {Type::i16, kernel<run_quantized<int16_t>>}});

}  // namespace samara::ops
