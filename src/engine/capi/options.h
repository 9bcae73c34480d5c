// What TfLiteInterpreterOptions holds, and how it finds operators of the caller's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/capi/report.h"
#include "engine/tflite_abi/context.h"
#include "tensorflow/lite/core/c/c_api.h"

namespace samara::capi {

/// An operator that the caller registered.
struct GivenOp {
  int32_t code = 0;
  std::string name;  // of a custom one
  int min_version = 1, max_version = 1;
  TfLiteRegistration registration{};
};

/// A pair of functions that find operators; each pair is of one of the layouts in use.
struct Resolver {
  void* user_data = nullptr;
  const TfLiteRegistration* (*builtin)(void*, TfLiteBuiltinOperator, int) = nullptr;
  const TfLiteRegistration* (*custom)(void*, const char*, int) = nullptr;
  const TfLiteRegistration_V3* (*builtin3)(void*, TfLiteBuiltinOperator, int) = nullptr;
  const TfLiteRegistration_V3* (*custom3)(void*, const char*, int) = nullptr;
  const TfLiteRegistration_V2* (*builtin2)(void*, TfLiteBuiltinOperator, int) = nullptr;
  const TfLiteRegistration_V2* (*custom2)(void*, const char*, int) = nullptr;
  const TfLiteRegistration_V1* (*builtin1)(void*, TfLiteBuiltinOperator, int) = nullptr;
  const TfLiteRegistration_V1* (*custom1)(void*, const char*, int) = nullptr;
  const TfLiteOperator* (*builtin_opaque)(void*, int, int) = nullptr;
  const TfLiteOperator* (*custom_opaque)(void*, const char*, int) = nullptr;
};

std::optional<TfLiteRegistration> resolve(const Resolver& r, const schema::OperatorCode& code);

}  // namespace samara::capi

struct TfLiteInterpreterOptions {
  int threads = -1;
  samara::capi::Reporter reporter;
  std::vector<TfLiteDelegate*> delegates;
  std::vector<samara::capi::GivenOp> ops;
  samara::capi::Resolver resolver;
  bool cancellable = false;
  bool delegate_fallback = true;

  /// Points into these options, which must not move meanwhile.
  std::optional<TfLiteRegistration> find(const samara::schema::OperatorCode& code) const;
};
