// EQUAL, LESS and their kin: two inputs with broadcasting, a bool output. F is std::less<> etc.
// Rules from: LiteRT tflite/kernels/comparisons.cc: quantized values are compared after rescaling
// both with their own scale and 8 more bits; but 16-bit ones so by EQUAL and NOT_EQUAL alone, while
// the others compare them as they are.
#pragma once

#include "engine/graph/strings.h"
#include "engine/kernels/half/half.h"
#include "engine/kernels/requant/requant.h"
#include "engine/ops/shared/arithmetic.h"

namespace samara::ops {

/// `equality`: EQUAL or NOT_EQUAL.
template <bool equality>
Status infer_compare(const NoParams&, Infer& n) {
  TRY(infer_binary_shape(n));
  TRY(n.has_type(n.out(0), {Type::boolean}));
  if (!is_quantized(n.in(0)) || (n.in(0).type == Type::i16 && !equality)) return ok();
  TRY(n.quantized(n.in(0)));
  return n.quantized(n.in(1));
}

inline Status prepare_compare(const NoParams&, Fixed& s, Prepare& n) {
  for (int i = 0; i < 2; ++i) {
    s.zero[i] = n.in(i).quant.zero_point();
    s.in[i] = kernels::quantize_multiplier(n.in(i).quant.scale());
  }
  return ok();
}

template <class T, class F>
Status run_compare(const NoParams&, Fixed&, Run& n) {
  // One tensor's values may be another's storage: bool results are written as bytes.
  binary<T, T, uint8_t>(n, [](T a, T b) { return uint8_t(F{}(a, b)); });
  return ok();
}
template <class F>
Status run_compare_bool(const NoParams&, Fixed&, Run& n) {
  binary<uint8_t, uint8_t, uint8_t>(
      n, [](uint8_t a, uint8_t b) { return uint8_t(F{}(a != 0, b != 0)); });
  return ok();
}
template <class T, class F>
Status run_compare_quantized(const NoParams& p, Fixed& s, Run& n) {
  if (!is_quantized(n.in(0))) return run_compare<T, F>(p, s, n);
  binary<T, T, uint8_t>(n, [s](T a, T b) {
    const int32_t x = kernels::rescale((a - s.zero[0]) * 256, s.in[0]);
    const int32_t y = kernels::rescale((b - s.zero[1]) * 256, s.in[1]);
    return uint8_t(F{}(x, y));
  });
  return ok();
}

/// Strings are equal where their bytes are.
template <class F>
Status run_compare_strings(const NoParams&, Fixed&, Run& n) {
  TRY_SET(const Strings a, Strings::open(n.in(0)));
  TRY_SET(const Strings b, Strings::open(n.in(1)));
  const std::array<const Shape*, 2> shapes{&n.in(0).shape, &n.in(1).shape};
  auto* out = n.out_data<uint8_t>(0);
  Broadcast(n.out(0).shape, shapes).for_rows(n.pool(), [&](const Broadcast::Row& row) {
    for (int64_t i = 0; i < row.count; ++i)
      out[row.out + i] = F{}(a[row.in[0] + i * row.step[0]], b[row.in[1] + i * row.step[1]]);
  });
  return ok();
}

template <auto run>
constexpr auto compare_kernel = bind<NoParams, Fixed, run>;

/// The types that every comparison takes; EQUAL and NOT_EQUAL take bool and strings besides.
template <class F, bool equality = false>
constexpr OpDef define_compare(const OpInfo& info) {
  using kernels::BFloat16;
  using kernels::Half;
  constexpr auto run_i16 = equality ? run_compare_quantized<int16_t, F> : run_compare<int16_t, F>;
  OpDef d = define_op<NoParams, Fixed, parse_none, infer_compare<equality>, prepare_compare>(
      info, {{Type::f32, compare_kernel<run_compare<float, F>>},
             {Type::f16, compare_kernel<run_compare<Half, F>>},
             {Type::bf16, compare_kernel<run_compare<BFloat16, F>>},
             {Type::i32, compare_kernel<run_compare<int32_t, F>>},
             {Type::i64, compare_kernel<run_compare<int64_t, F>>},
             {Type::i8, compare_kernel<run_compare_quantized<int8_t, F>>},
             {Type::u8, compare_kernel<run_compare_quantized<uint8_t, F>>},
             {Type::i16, compare_kernel<run_i16>}});
  if constexpr (equality) {
    d.kernels[8] = {Type::boolean, compare_kernel<run_compare_bool<F>>};
    d.kernels[9] = {Type::string, compare_kernel<run_compare_strings<F>>};
  }
  return d;
}

}  // namespace samara::ops
