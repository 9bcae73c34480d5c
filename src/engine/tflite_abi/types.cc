#include "engine/tflite_abi/types.h"

#include <algorithm>
#include <iterator>

namespace samara::tflite_abi {
namespace {

// By our Type, that is by the schema's number.
constexpr TfLiteType kTypes[] = {
    kTfLiteFloat32, kTfLiteFloat16,      kTfLiteInt32,     kTfLiteUInt8,     kTfLiteInt64,
    kTfLiteString,  kTfLiteBool,         kTfLiteInt16,     kTfLiteComplex64, kTfLiteInt8,
    kTfLiteFloat64, kTfLiteComplex128,   kTfLiteUInt64,    kTfLiteResource,  kTfLiteVariant,
    kTfLiteUInt32,  kTfLiteUInt16,       kTfLiteInt4,      kTfLiteBFloat16,  kTfLiteInt2,
    kTfLiteUInt4,   kTfLiteFloat8E4M3FN, kTfLiteFloat8E5M2};
static_assert(std::size(kTypes) == samara::kTypes);

}  // namespace

TfLiteType to_c(Type type) {
  return size_t(type) < std::size(kTypes) ? kTypes[size_t(type)] : kTfLiteNoType;
}

std::optional<Type> from_c(TfLiteType type) {
  const auto* const found = std::ranges::find(kTypes, type);
  if (found == std::end(kTypes)) return std::nullopt;
  return Type(found - kTypes);
}

TfLiteStatus to_c(const Status& status) {
  if (status.ok()) return kTfLiteOk;
  switch (status.error().code()) {
    case Code::cancelled:
      return kTfLiteCancelled;
    case Code::unavailable:
      return kTfLiteDelegateError;
    default:
      return kTfLiteError;
  }
}

IntArray int_array(std::span<const int32_t> values) {
  IntArray out(TfLiteIntArrayCreate(int(values.size())));
  if (out) std::ranges::copy(values, out->data);
  return out;
}

std::span<const int32_t> values(const TfLiteIntArray* a) {
  if (!a) return {};
  return {a->data, size_t(a->size)};
}

}  // namespace samara::tflite_abi
