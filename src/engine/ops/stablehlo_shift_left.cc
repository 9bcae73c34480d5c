// STABLEHLO_SHIFT_LEFT: in 0 moved left by in 1 bits, element by element; as many bits as there are,
// or more, leave 0. Builtin 207. LiteRT has int8, int16 and int32, and leaves negative and large
// shifts to the machine.
#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {
namespace {

struct Function {
  template <class V>
  V operator()(V a, V b) const {
    const bool inside = uint64_t(b) < 8 * sizeof(V);  // a negative number is large as unsigned
    return inside ? V(uint64_t(a) << b) : V(0);
  }
};

}  // namespace

extern constinit const OpDef stablehlo_shift_left =
    define_stablehlo_binary<Function>("STABLEHLO_SHIFT_LEFT", 207, kIntegers);

}  // namespace samara::ops
