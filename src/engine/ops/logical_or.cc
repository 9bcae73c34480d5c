// LOGICAL_OR: disjunction of two bool tensors, with broadcasting. Builtin 84, version 1.
#include "engine/ops/shared/binary.h"

namespace samara::ops {
namespace {

struct Function {
  uint8_t operator()(uint8_t a, uint8_t b) const { return a != 0 || b != 0; }
};

}  // namespace

extern constinit const OpDef logical_or = define_op<NoParams, parse_none, infer_binary>(
    {.name = "LOGICAL_OR", .code = 84, .versions = {1, 1}, .in_place = 0b11},
    {{Type::boolean, binary_kernel<uint8_t, Function>}});

}  // namespace samara::ops
