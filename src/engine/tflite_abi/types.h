// Between our element types and errors and those of TensorFlow Lite's C structures.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "samara/base/result.h"
#include "samara/schema/type.h"
#include "tensorflow/lite/core/c/common.h"

namespace samara::tflite_abi {

TfLiteType to_c(Type type);
/// No value for kTfLiteNoType and unknown numbers.
std::optional<Type> from_c(TfLiteType type);
TfLiteStatus to_c(const Status& status);

struct FreeArray {
  void operator()(TfLiteIntArray* a) const { TfLiteIntArrayFree(a); }
  void operator()(TfLiteFloatArray* a) const { TfLiteFloatArrayFree(a); }
};
using IntArray = std::unique_ptr<TfLiteIntArray, FreeArray>;
/// An array with these values; null where there is no memory.
IntArray int_array(std::span<const int32_t> values);
std::span<const int32_t> values(const TfLiteIntArray* a);

}  // namespace samara::tflite_abi
