// REDUCE_ALL: whether all bools over axes are true. Builtin 140, version 1. Of nothing it is true.
#include "engine/ops/shared/reduce.h"

namespace samara::ops {
namespace {

Status run(const ReduceParams&, Run& n) {
  const auto join = [](uint8_t acc, uint8_t x) { return uint8_t(acc & uint8_t(x != 0)); };
  reduce<uint8_t, uint8_t, 16>(n, plan_reduction(n), 1, join, join,
                               [](uint8_t acc) { return acc; });
  return ok();
}

}  // namespace

extern constinit const OpDef reduce_all = define_op<ReduceParams, parse_reduce, infer_reduce>(
    {.name = "REDUCE_ALL", .code = 140, .versions = {1, 1}}, {{Type::boolean, reduce_kernel<run>}});

}  // namespace samara::ops
