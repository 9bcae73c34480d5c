// STABLEHLO_DOT_GENERAL and STABLEHLO_CONVOLUTION: sums of products of elements of two tensors of one
// type. Floats are summed in float32, float64 in itself; integers exactly, wrapped to the output's
// type at the end.
#pragma once

#include "engine/ops/shared/stablehlo.h"

namespace samara::ops {

template <class T>
using SumOf = std::conditional_t<std::is_integral_v<T>, uint64_t,
                                 std::conditional_t<std::is_same_v<T, double>, double, float>>;

template <class T>
SumOf<T> product(T a, T b) {
  return SumOf<T>(a) * SumOf<T>(b);
}

/// Both inputs of one type, the output of that type or of a wider sum: float32 of the 16-bit floats,
/// int32 of the smaller integers.
inline Status check_product_types(const Infer& n) {
  TRY(n.same_type(n.in(0), n.in(1)));
  const Type in = n.in(0).type, out = n.out(0).type;
  if (in == out) return ok();
  switch (in) {
    case Type::f16:
    case Type::bf16:
      return n.has_type(n.out(0), {in, Type::f32});
    case Type::i8:
    case Type::u8:
    case Type::i16:
    case Type::u16:
      return n.has_type(n.out(0), {in, Type::i32});
    default:
      return n.same_type(n.in(0), n.out(0));
  }
}

/// Output element i of the type that it has, from a sum of products of Ts.
template <class T>
void store_sum(const Tensor& out, int64_t i, SumOf<T> sum) {
  if (out.type == kTypeOf<T>) {
    reinterpret_cast<T*>(out.data)[i] = T(sum);
  } else if constexpr (std::is_integral_v<T>) {
    reinterpret_cast<int32_t*>(out.data)[i] = int32_t(sum);
  } else {
    reinterpret_cast<float*>(out.data)[i] = float(sum);
  }
}

}  // namespace samara::ops
