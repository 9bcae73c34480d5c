// MEAN: the mean over axes. Builtin 40, versions 1 to 3. Quantized: the sum times a multiplier that
// has 1/n in it. Integers are divided, rounding toward zero. Of nothing it is NaN, or 0.
#include <bit>
#include <limits>

#include "engine/kernels/requant/requant.h"
#include "engine/ops/shared/activation.h"
#include "engine/ops/shared/reduce.h"

namespace samara::ops {
namespace {

struct State {
  kernels::Multiplier scale;
};

/// scale / n, with as many bits of the quotient as fit.
kernels::Multiplier divided(kernels::Multiplier m, int64_t n) {
  const int shift = std::min({63 - std::countl_zero(uint64_t(n)), 32, 31 + m.shift});
  return {int32_t((int64_t{m.value} << shift) / n), m.shift - shift};
}

Status prepare(const ReduceParams&, State& s, Prepare& n) {
  const Tensor& in = n.in(0);
  const Tensor& out = n.out(0);
  if (in.quant.empty() || out.quant.empty()) return ok();
  s.scale = kernels::quantize_multiplier(double(in.quant.scale()) / double(out.quant.scale()));
  return ok();
}

Status run_f32(const ReduceParams&, State&, Run& n) {
  const Reduction r = plan_reduction(n);
  reduce_sum_f32(n, r, double(r.cells));
  return ok();
}

template <class T>
Status run_integer(const ReduceParams&, State&, Run& n) {
  const Reduction r = plan_reduction(n);
  const auto add = [](uint64_t acc, auto x) { return acc + uint64_t(int64_t(x)); };
  reduce<T, uint64_t, 4>(n, r, 0, add, add, [&](uint64_t sum) {
    return r.cells == 0 ? T(0) : T(int64_t(sum) / r.cells);
  });
  return ok();
}

template <class T>
Status run_quantized(const ReduceParams&, State& s, Run& n) {
  const Reduction r = plan_reduction(n);
  if (reduces_once(n) && r.cells > 0) {
    reduce_once<T>(n, r, float(r.cells));
    return ok();
  }
  const int32_t out_zero = n.out(0).quant.zero_point();
  const Range<int32_t> range = integer_range(n.out(0).type);
  const kernels::Multiplier scale = divided(s.scale, std::max<int64_t>(r.cells, 1));
  const int64_t zeros = n.in(0).quant.zero_point() * r.cells;
  reduce_sum_quantized<T>(n, r, [&](uint32_t sum) {
    const int32_t centred = int32_t(sum - uint32_t(zeros));
    return T(range.clamp(kernels::rescale(centred, scale), out_zero));
  });
  return ok();
}

template <auto run>
constexpr auto kernel = bind<ReduceParams, State, run>;

}  // namespace

extern constinit const OpDef mean =
    define_op<ReduceParams, State, parse_reduce, infer_reduce_quantized, prepare>(
        {.name = "MEAN", .code = 40, .versions = {1, 3}},
        {{Type::f32, kernel<run_f32>},
         {Type::i32, kernel<run_integer<int32_t>>},
         {Type::i64, kernel<run_integer<int64_t>>},
         {Type::i8, kernel<run_quantized<int8_t>>},
         {Type::u8, kernel<run_quantized<uint8_t>>},
         {Type::i16, kernel<run_quantized<int16_t>>}});

}  // namespace samara::ops
