// AvgPool3D: the mean of a sliding window, of integers rounded half away from zero. Custom operator.
#include "engine/ops/shared/pool_3d.h"

namespace samara::ops {
namespace {

Status run_f32(const Pool3d& p, Run& n) {
  return pool_3d<float>(
      p, n, 0.0f, [](float acc, float x) { return acc + x; },
      [](float acc, int64_t cells) { return acc / float(cells); });
}

template <class T>
Status run_integer(const Pool3d& p, Run& n) {
  return pool_3d<T>(
      p, n, int64_t{0}, [](int64_t acc, T x) { return acc + x; },
      [](int64_t acc, int64_t cells) {
        return T((acc > 0 ? acc + cells / 2 : acc - cells / 2) / cells);
      });
}

}  // namespace

extern constinit const OpDef avg_pool_3d = define_op<Pool3d, parse_pool_3d, infer_pool_3d>(
    {.name = "AvgPool3D"}, {{Type::f32, bind<Pool3d, run_f32>},
                            {Type::i8, bind<Pool3d, run_integer<int8_t>>},
                            {Type::i16, bind<Pool3d, run_integer<int16_t>>}});

}  // namespace samara::ops
