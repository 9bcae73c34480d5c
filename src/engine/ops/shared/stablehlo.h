// What STABLEHLO operators share: element by element without broadcasting, and lists of integers
// in options.
#pragma once

#include "engine/ops/shared/binary.h"
#include "engine/ops/shared/integer_division.h"
#include "engine/ops/shared/move.h"
#include "engine/ops/shared/reducer.h"
#include "engine/ops/shared/unary.h"

namespace samara::ops {

/// The list `list` of options; none counts as empty. Errors: unsupported beyond Ints::kMax entries.
Result<Ints> option_ints(const flatbuffers::Vector<int64_t>* list, const char* what);
/// As many entries as the rank, each from `low` to 2^31 - 1.
Status check_sizes(const Ints& sizes, const char* what, int rank, int64_t low);
/// Dimensions of a tensor of that rank, none of them twice.
Status check_dims(const Ints& dims, const char* what, int rank);
bool contains(const Ints& list, int64_t value);

/// Two inputs of one type and shape; the output's shape is theirs.
Status infer_equal_shapes(Infer& n);
inline Status infer_elementwise(const NoParams&, Infer& n) {
  TRY(infer_equal_shapes(n));
  return n.same_type(n.in(0), n.out(0));
}

template <class F>
struct BinaryKernel {
  template <class T>
  static Status run(const NoParams&, Run& n) {
    binary<T, T, T>(n, [](T a, T b) { return T(F{}(Value<T>(a), Value<T>(b))); });
    return ok();
  }
};
/// F{}(a, b) of two tensors of one shape.
template <class F, class... T>
constexpr OpDef define_stablehlo_binary(std::string_view name, int code, TypeList<T...> types) {
  return define_typed<NoParams, parse_none, infer_elementwise, BinaryKernel<F>>(
      {.name = name, .code = code, .in_place = 0b11}, types);
}

template <class F>
struct DivisionKernel {
  template <class T>
  static Status run(const NoParams& p, Run& n) {
    if constexpr (std::is_integral_v<T>) TRY(check_divisor<T>(n));
    return BinaryKernel<F>::template run<T>(p, n);
  }
};
/// The same where an integer b of 0 is an error.
template <class F>
constexpr OpDef define_stablehlo_division(std::string_view name, int code) {
  return define_typed<NoParams, parse_none, infer_elementwise, DivisionKernel<F>>(
      {.name = name, .code = code, .in_place = 0b11}, kNumbers);
}

/// A function of double counts for all floating-point types, rounded once.
template <class F>
struct UnaryKernel {
  template <class T>
  static Status run(const NoParams&, Run& n) {
    unary<T, T>(n, [](T x) { return T(F{}(Value<T>(x))); }, F::kCost);
    return ok();
  }
};
template <class F, class... T>
constexpr OpDef define_stablehlo_unary(std::string_view name, int code, TypeList<T...> types) {
  return define_typed<NoParams, parse_none, infer_unary<>, UnaryKernel<F>>(
      {.name = name, .code = code, .in_place = 1}, types);
}

}  // namespace samara::ops
