// L2_POOL_2D: the root of a sliding window's mean square. Builtin 12, version 1.
#include <cmath>

#include "engine/ops/shared/pool.h"

namespace samara::ops {
namespace {

Status run_f32(const PoolParams& p, Pool& s, Run& n) {
  const Range<float> range = activation_range<float>(p.activation);
  pool<float>(
      n, s, 0.0f, [](float acc, float x) { return acc + x * x; },
      [range](float acc, int32_t cells) { return range.clamp(std::sqrt(acc / float(cells))); });
  return ok();
}

}  // namespace

extern constinit const OpDef l2_pool_2d =
    define_op<PoolParams, Pool, parse_pool, infer_pool, prepare_pool>(
        {.name = "L2_POOL_2D", .code = 12, .versions = {1, 1}},
        {{Type::f32, pool_kernel<run_f32>}});

}  // namespace samara::ops
