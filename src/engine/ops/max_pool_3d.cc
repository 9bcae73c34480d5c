// MaxPool3D: the highest value of a sliding window. Custom operator.
#include <limits>

#include "engine/ops/shared/pool_3d.h"

namespace samara::ops {
namespace {

template <class T>
Status run(const Pool3d& p, Run& n) {
  return pool_3d<T>(
      p, n, std::numeric_limits<T>::lowest(), [](T acc, T x) { return acc < x ? x : acc; },
      [](T acc, int64_t) { return acc; });
}

}  // namespace

extern constinit const OpDef max_pool_3d = define_op<Pool3d, parse_pool_3d, infer_pool_3d>(
    {.name = "MaxPool3D"}, {{Type::f32, bind<Pool3d, run<float>>},
                            {Type::i8, bind<Pool3d, run<int8_t>>},
                            {Type::i16, bind<Pool3d, run<int16_t>>}});

}  // namespace samara::ops
