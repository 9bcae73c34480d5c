// IMAG: the imaginary part of complex numbers. Builtin 133, version 1.
#include "engine/ops/shared/complex_part.h"

namespace samara::ops {
namespace {

struct Function {
  template <class T>
  T operator()(T, T imaginary) const {
    return imaginary;
  }
};

}  // namespace

extern constinit const OpDef imag = define_complex_part<Function>("IMAG", 133);

}  // namespace samara::ops
