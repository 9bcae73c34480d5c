// MINIMUM: the smaller of two tensors, element by element with broadcasting. Builtin 57, versions 1 to 4.
// Quantized values are compared as they are, without rescaling, whatever the scales say.
// Rules from: LiteRT tflite/kernels/maximum_minimum.cc.
#include "engine/ops/shared/extremum.h"

namespace samara::ops {
namespace {

// Written so that a NaN in either operand gives what the reference gives.
struct Function {
  template <class T>
  T operator()(T a, T b) const {
    return a < b ? a : b;
  }
};

}  // namespace

extern constinit const OpDef minimum = define_extremum<Function>("MINIMUM", 57);

}  // namespace samara::ops
