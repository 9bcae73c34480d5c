// REAL, IMAG and COMPLEX_ABS: one real number of each complex one. F{}(real, imaginary).
#pragma once

#include <complex>

#include "engine/ops/shared/unary.h"

namespace samara::ops {

inline Status infer_complex_part(const NoParams&, Infer& n) {
  TRY(infer_same_shape(n));
  return n.has_type(n.out(0), {n.in(0).type == Type::c128 ? Type::f64 : Type::f32});
}

template <class T, class F>
Status run_complex_part(const NoParams&, Run& n) {
  unary<std::complex<T>, T>(n, [](std::complex<T> z) { return F{}(z.real(), z.imag()); });
  return ok();
}

template <class F>
constexpr OpDef define_complex_part(std::string_view name, int code) {
  return define_op<NoParams, parse_none, infer_complex_part>(
      {.name = name, .code = code, .versions = {1, 1}},
      {{Type::c64, bind<NoParams, run_complex_part<float, F>>},
       {Type::c128, bind<NoParams, run_complex_part<double, F>>}});
}

}  // namespace samara::ops
