// AVERAGE_POOL_2D: the mean of a sliding window. Builtin 1, versions 1 to 3. Integer means round
// half away from zero; the scales of input and output are taken to be equal.
#include "engine/ops/shared/pool.h"

namespace samara::ops {
namespace {

Status run_f32(const PoolParams& p, Pool& s, Run& n) {
  const Range<float> range = activation_range<float>(p.activation);
  pool<float>(
      n, s, 0.0f, [](float acc, float x) { return acc + x; },
      [range](float acc, int32_t cells) { return range.clamp(acc / float(cells)); });
  return ok();
}

template <class T, class Acc>
Status run_quantized(const PoolParams&, Pool& s, Run& n) {
  pool<T>(
      n, s, Acc{0}, [](Acc acc, T x) { return Acc(acc + x); },
      [range = s.range](Acc acc, int32_t cells) {
        const Acc half = cells / 2;
        return T(range.clamp(int32_t((acc > 0 ? acc + half : acc - half) / cells)));
      });
  return ok();
}

}  // namespace

extern constinit const OpDef average_pool_2d =
    define_op<PoolParams, Pool, parse_pool, infer_pool, prepare_pool>(
        {.name = "AVERAGE_POOL_2D", .code = 1, .versions = {1, 3}},
        {{Type::f32, pool_kernel<run_f32>},
         {Type::i8, pool_kernel<run_quantized<int8_t, int32_t>>},
         {Type::u8, pool_kernel<run_quantized<uint8_t, int32_t>>},
         {Type::i16, pool_kernel<run_quantized<int16_t, int64_t>>}});

}  // namespace samara::ops
