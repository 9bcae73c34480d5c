// LOGICAL_NOT: the negation of bools. Builtin 87, version 1.
#include "engine/ops/shared/unary.h"

namespace samara::ops {
namespace {

struct Function {
  static constexpr int64_t kCost = 1;
  uint8_t operator()(uint8_t x) const { return x == 0; }
};

}  // namespace

extern constinit const OpDef logical_not = define_op<NoParams, parse_none, infer_unary<>>(
    {.name = "LOGICAL_NOT", .code = 87, .versions = {1, 1}, .in_place = 1},
    {{Type::boolean, unary_kernel<uint8_t, Function>}});

}  // namespace samara::ops
