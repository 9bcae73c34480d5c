// REAL: the real part of complex numbers. Builtin 134, version 1.
#include "engine/ops/shared/complex_part.h"

namespace samara::ops {
namespace {

struct Function {
  template <class T>
  T operator()(T real, T) const {
    return real;
  }
};

}  // namespace

extern constinit const OpDef real = define_complex_part<Function>("REAL", 134);

}  // namespace samara::ops
