// REDUCE_MIN: the lowest value over axes. Builtin 89, versions 1 to 3. Quantized values are compared as they
// are, so input and output must have the same scale. Of nothing it is the highest value of the type.
#include <limits>

#include "engine/ops/shared/reduce.h"

namespace samara::ops {
namespace {

template <class T>
Status run(const ReduceParams&, Run& n) {
  const auto keep = [](T acc, T x) { return x < acc ? x : acc; };
  using Limits = std::numeric_limits<T>;
  const T init = Limits::has_infinity ? T(Limits::infinity()) : Limits::max();
  reduce<T, T, 16>(n, plan_reduction(n), init, keep, keep, [](T acc) { return acc; });
  return ok();
}

/// Bools: whether all are true.
Status run_bool(const ReduceParams&, Run& n) {
  const auto join = [](uint8_t acc, uint8_t x) { return uint8_t(acc & uint8_t(x != 0)); };
  reduce<uint8_t, uint8_t, 16>(n, plan_reduction(n), 1, join, join,
                               [](uint8_t acc) { return acc; });
  return ok();
}

}  // namespace

extern constinit const OpDef reduce_min =
    define_op<ReduceParams, parse_reduce, infer_reduce_same_scale>(
        {.name = "REDUCE_MIN", .code = 89, .versions = {1, 3}},
        {{Type::f32, reduce_kernel<run<float>>},
         {Type::i8, reduce_kernel<run<int8_t>>},
         {Type::u8, reduce_kernel<run<uint8_t>>},
         {Type::i16, reduce_kernel<run<int16_t>>},
         {Type::i32, reduce_kernel<run<int32_t>>},
         {Type::i64, reduce_kernel<run<int64_t>>},
         {Type::boolean, reduce_kernel<run_bool>}});

}  // namespace samara::ops
