// COMPLEX_ABS: the magnitude of complex numbers. Builtin 135, version 1.
#include <cmath>

#include "engine/ops/shared/complex_part.h"

namespace samara::ops {
namespace {

struct Function {
  template <class T>
  T operator()(T real, T imaginary) const {
    return std::hypot(real, imaginary);
  }
};

}  // namespace

extern constinit const OpDef complex_abs = define_complex_part<Function>("COMPLEX_ABS", 135);

}  // namespace samara::ops
