// MAX_POOL_2D: the highest value of a sliding window. Builtin 17, versions 1 to 3. The scales of
// input and output are taken to be equal.
#include <limits>

#include "engine/ops/shared/pool.h"

namespace samara::ops {
namespace {

Status run_f32(const PoolParams& p, Pool& s, Run& n) {
  const Range<float> range = activation_range<float>(p.activation);
  pool<float>(
      n, s, std::numeric_limits<float>::lowest(),
      [](float acc, float x) { return acc < x ? x : acc; },
      [range](float acc, int32_t) { return range.clamp(acc); });
  return ok();
}

template <class T>
Status run_quantized(const PoolParams&, Pool& s, Run& n) {
  pool<T>(
      n, s, std::numeric_limits<T>::lowest(), [](T acc, T x) { return acc < x ? x : acc; },
      [range = s.range](T acc, int32_t) { return T(range.clamp(acc)); });
  return ok();
}

}  // namespace

extern constinit const OpDef max_pool_2d =
    define_op<PoolParams, Pool, parse_pool, infer_pool, prepare_pool>(
        {.name = "MAX_POOL_2D", .code = 17, .versions = {1, 3}},
        {{Type::f32, pool_kernel<run_f32>},
         {Type::i8, pool_kernel<run_quantized<int8_t>>},
         {Type::u8, pool_kernel<run_quantized<uint8_t>>},
         {Type::i16, pool_kernel<run_quantized<int16_t>>}});

}  // namespace samara::ops
