// Operators that have the same kernel for many types: a list of types, and a struct whose
// run<T>() is the kernel.
#pragma once

#include <cstdint>
#include <type_traits>

#include "engine/graph/op.h"
#include "engine/kernels/half/half.h"

namespace samara::ops {

/// A bool as tensors hold it: a model's may be any byte.
struct Bool {
  uint8_t byte = 0;
  Bool() = default;
  Bool(bool b) : byte(b) {}                    // NOLINT: implicit by design
  operator bool() const { return byte != 0; }  // NOLINT: implicit by design
};

template <class T>
constexpr Type kTypeOf = Type::f32;
template <>
inline constexpr Type kTypeOf<kernels::Half> = Type::f16;
template <>
inline constexpr Type kTypeOf<kernels::BFloat16> = Type::bf16;
template <>
inline constexpr Type kTypeOf<double> = Type::f64;
template <>
inline constexpr Type kTypeOf<int8_t> = Type::i8;
template <>
inline constexpr Type kTypeOf<uint8_t> = Type::u8;
template <>
inline constexpr Type kTypeOf<int16_t> = Type::i16;
template <>
inline constexpr Type kTypeOf<uint16_t> = Type::u16;
template <>
inline constexpr Type kTypeOf<int32_t> = Type::i32;
template <>
inline constexpr Type kTypeOf<uint32_t> = Type::u32;
template <>
inline constexpr Type kTypeOf<int64_t> = Type::i64;
template <>
inline constexpr Type kTypeOf<uint64_t> = Type::u64;
template <>
inline constexpr Type kTypeOf<Bool> = Type::boolean;

template <class T>
constexpr bool kIsHalf = std::is_same_v<T, kernels::Half> || std::is_same_v<T, kernels::BFloat16>;
/// What an element of type T is computed with.
template <class T>
using Value =
    std::conditional_t<kIsHalf<T>, float, std::conditional_t<std::is_same_v<T, Bool>, bool, T>>;

template <class... T>
struct TypeList {};
template <class... A, class... B>
constexpr TypeList<A..., B...> operator+(TypeList<A...>, TypeList<B...>) {
  return {};
}
inline constexpr TypeList<float, kernels::Half, kernels::BFloat16, double> kFloats;
inline constexpr TypeList<int8_t, uint8_t, int16_t, uint16_t, int32_t, uint32_t, int64_t, uint64_t>
    kIntegers;
inline constexpr TypeList<int8_t, int16_t, int32_t, int64_t> kSignedIntegers;
inline constexpr TypeList<Bool> kBools;
inline constexpr auto kNumbers = kFloats + kIntegers;

/// Adds K::run<T>() for each of the types, which are those of input number `input`, to `d`.
template <class P, class K, class... T>
constexpr OpDef with_kernels(OpDef d, TypeList<T...>, int input = 0) {
  int i = 0;
  const auto add = [&](Type type, auto run) {
    d.kernels[size_t(i)].types.type[size_t(input)] = type;
    d.kernels[size_t(i++)].run = run;
  };
  (add(kTypeOf<T>, bind<P, K::template run<T>>), ...);
  return d;
}
template <class P, auto parse, auto infer, class K, class... T>
constexpr OpDef define_typed(const OpInfo& info, TypeList<T...> types, int input = 0) {
  return with_kernels<P, K>(define_op<P, parse, infer>(info, {}), types, input);
}

}  // namespace samara::ops
