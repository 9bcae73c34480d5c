// TfLiteInterpreterOptions*: c_api.h and c_api_experimental.h.
#include "engine/capi/options.h"

#include <cstring>

#include "tensorflow/lite/core/c/c_api_experimental.h"

namespace samara::capi {
namespace {

constexpr int32_t kCustom = 32;

/// An older registration is a beginning of the present one.
template <class Old>
std::optional<TfLiteRegistration> widen(const Old* old) {
  if (!old) return std::nullopt;
  TfLiteRegistration r = {};
  std::memcpy(static_cast<void*>(&r), old, sizeof(Old));
  return r;
}

template <class B, class C>
std::optional<TfLiteRegistration> ask(B builtin, C custom, void* user,
                                      const schema::OperatorCode& code, const char* name) {
  if (code.builtin != kCustom)
    return builtin ? widen(builtin(user, TfLiteBuiltinOperator(code.builtin), code.version))
                   : std::nullopt;
  return custom ? widen(custom(user, name, code.version)) : std::nullopt;
}

std::optional<TfLiteRegistration> ask_opaque(const Resolver& r, const schema::OperatorCode& code,
                                             const char* name) {
  const TfLiteOperator* op = nullptr;
  if (code.builtin != kCustom && r.builtin_opaque)
    op = r.builtin_opaque(r.user_data, code.builtin, code.version);
  if (code.builtin == kCustom && r.custom_opaque)
    op = r.custom_opaque(r.user_data, name, code.version);
  if (!op) return std::nullopt;
  return tflite_abi::registration_of(const_cast<TfLiteOperator*>(op));
}

}  // namespace

std::optional<TfLiteRegistration> resolve(const Resolver& r, const schema::OperatorCode& code) {
  const std::string name(code.name);
  const char* const text = name.c_str();
  if (auto found = ask_opaque(r, code, text)) return found;
  if (auto found = ask(r.builtin, r.custom, r.user_data, code, text)) return found;
  if (auto found = ask(r.builtin3, r.custom3, r.user_data, code, text)) return found;
  if (auto found = ask(r.builtin2, r.custom2, r.user_data, code, text)) return found;
  return ask(r.builtin1, r.custom1, r.user_data, code, text);
}

}  // namespace samara::capi

using samara::capi::GivenOp;
using samara::capi::Resolver;

std::optional<TfLiteRegistration> TfLiteInterpreterOptions::find(
    const samara::schema::OperatorCode& code) const {
  for (const GivenOp& op : ops) {
    if (op.code != code.builtin || (op.code == samara::capi::kCustom && op.name != code.name))
      continue;
    if (code.version < op.min_version || code.version > op.max_version) continue;
    TfLiteRegistration r = op.registration;
    r.builtin_code = op.code;
    if (op.code == samara::capi::kCustom) r.custom_name = op.name.c_str();
    r.version = code.version;
    return r;
  }
  return samara::capi::resolve(resolver, code);
}

TfLiteInterpreterOptions* TfLiteInterpreterOptionsCreate(void) {
  return new TfLiteInterpreterOptions;
}
TfLiteInterpreterOptions* TfLiteInterpreterOptionsCopy(const TfLiteInterpreterOptions* from) {
  return from ? new TfLiteInterpreterOptions(*from) : nullptr;
}
void TfLiteInterpreterOptionsDelete(TfLiteInterpreterOptions* options) { delete options; }

void TfLiteInterpreterOptionsSetNumThreads(TfLiteInterpreterOptions* options, int32_t num_threads) {
  if (!options) return;
  if (num_threads < -1)
    options->reporter("SetNumThreads: -1 or more threads, not " + std::to_string(num_threads));
  else
    options->threads = num_threads;
}

void TfLiteInterpreterOptionsAddDelegate(TfLiteInterpreterOptions* options,
                                         TfLiteOpaqueDelegate* delegate) {
  if (options && delegate)
    options->delegates.push_back(reinterpret_cast<TfLiteDelegate*>(delegate));
}

void TfLiteInterpreterOptionsSetErrorReporter(TfLiteInterpreterOptions* options,
                                              void (*reporter)(void* user_data, const char* format,
                                                               va_list args),
                                              void* user_data) {
  if (options) options->reporter = {reporter, user_data};
}

void TfLiteInterpreterOptionsAddOperator(TfLiteInterpreterOptions* options,
                                         TfLiteOperator* registration) {
  if (!options || !registration) return;
  GivenOp& op = options->ops.emplace_back();
  op.code = registration->code;
  op.name = registration->name;
  op.min_version = op.max_version = registration->version;
  op.registration = samara::tflite_abi::registration_of(registration);
}
void TfLiteInterpreterOptionsAddRegistrationExternal(TfLiteInterpreterOptions* options,
                                                     TfLiteRegistrationExternal* registration) {
  TfLiteInterpreterOptionsAddOperator(options, registration);
}

TfLiteStatus TfLiteInterpreterOptionsEnableCancellation(TfLiteInterpreterOptions* options,
                                                        bool enable) {
  if (!options) return kTfLiteError;
  options->cancellable = enable;
  return kTfLiteOk;
}

namespace {

void add(TfLiteInterpreterOptions* options, int32_t code, const char* name,
         const TfLiteRegistration* registration, int32_t min_version, int32_t max_version) {
  if (!options) return;
  if (!registration || (code == samara::capi::kCustom && !name)) {
    options->reporter("an operator without a registration or a name is not added");
    return;
  }
  GivenOp& op = options->ops.emplace_back();
  op.code = code;
  if (name) op.name = name;
  op.min_version = min_version;
  op.max_version = max_version;
  op.registration = *registration;
}

}  // namespace

void TfLiteInterpreterOptionsAddBuiltinOp(TfLiteInterpreterOptions* options,
                                          TfLiteBuiltinOperator op,
                                          const TfLiteRegistration* registration,
                                          int32_t min_version, int32_t max_version) {
  add(options, int32_t(op), nullptr, registration, min_version, max_version);
}
void TfLiteInterpreterOptionsAddCustomOp(TfLiteInterpreterOptions* options, const char* name,
                                         const TfLiteRegistration* registration,
                                         int32_t min_version, int32_t max_version) {
  add(options, samara::capi::kCustom, name, registration, min_version, max_version);
}

void TfLiteInterpreterOptionsSetOpResolver(
    TfLiteInterpreterOptions* options,
    const TfLiteRegistration* (*find_builtin_op)(void*, TfLiteBuiltinOperator, int),
    const TfLiteRegistration* (*find_custom_op)(void*, const char*, int), void* user_data) {
  if (!options) return;
  options->resolver = {};
  options->resolver.user_data = user_data;
  options->resolver.builtin = find_builtin_op;
  options->resolver.custom = find_custom_op;
}
void TfLiteInterpreterOptionsSetOpResolverV3(
    TfLiteInterpreterOptions* options,
    const TfLiteRegistration_V3* (*find_builtin_op)(void*, TfLiteBuiltinOperator, int),
    const TfLiteRegistration_V3* (*find_custom_op)(void*, const char*, int), void* user_data) {
  if (!options) return;
  options->resolver = {};
  options->resolver.user_data = user_data;
  options->resolver.builtin3 = find_builtin_op;
  options->resolver.custom3 = find_custom_op;
}
void TfLiteInterpreterOptionsSetOpResolverV2(
    TfLiteInterpreterOptions* options,
    const TfLiteRegistration_V2* (*find_builtin_op)(void*, TfLiteBuiltinOperator, int),
    const TfLiteRegistration_V2* (*find_custom_op)(void*, const char*, int), void* user_data) {
  if (!options) return;
  options->resolver = {};
  options->resolver.user_data = user_data;
  options->resolver.builtin2 = find_builtin_op;
  options->resolver.custom2 = find_custom_op;
}
void TfLiteInterpreterOptionsSetOpResolverV1(
    TfLiteInterpreterOptions* options,
    const TfLiteRegistration_V1* (*find_builtin_op)(void*, TfLiteBuiltinOperator, int),
    const TfLiteRegistration_V1* (*find_custom_op)(void*, const char*, int), void* user_data) {
  if (!options) return;
  options->resolver = {};
  options->resolver.user_data = user_data;
  options->resolver.builtin1 = find_builtin_op;
  options->resolver.custom1 = find_custom_op;
}
void TfLiteInterpreterOptionsSetOpResolverExternal(
    TfLiteInterpreterOptions* options, const TfLiteOperator* (*find_builtin_op)(void*, int, int),
    const TfLiteOperator* (*find_custom_op)(void*, const char*, int), void* user_data) {
  TfLiteInterpreterOptionsSetOpResolverExternalWithFallback(
      options, find_builtin_op, find_custom_op, nullptr, nullptr, user_data);
}
void TfLiteInterpreterOptionsSetOpResolverExternalWithFallback(
    TfLiteInterpreterOptions* options,
    const TfLiteOperator* (*find_builtin_op_external)(void*, int, int),
    const TfLiteOperator* (*find_custom_op_external)(void*, const char*, int),
    const TfLiteRegistration* (*find_builtin_op)(void*, TfLiteBuiltinOperator, int),
    const TfLiteRegistration* (*find_custom_op)(void*, const char*, int), void* user_data) {
  TfLiteInterpreterOptionsSetOpResolver(options, find_builtin_op, find_custom_op, user_data);
  if (!options) return;
  options->resolver.builtin_opaque = find_builtin_op_external;
  options->resolver.custom_opaque = find_custom_op_external;
}

void TfLiteInterpreterOptionsSetUseNNAPI(TfLiteInterpreterOptions* options, bool enable) {
  if (options && enable)
    samara::capi::say_once("NNAPI is not here; models run on Samara's own kernels");
}

void TfLiteInterpreterOptionsSetEnableDelegateFallback(TfLiteInterpreterOptions* options,
                                                       bool enable) {
  if (options) options->delegate_fallback = enable;
}

void TfLiteInterpreterOptionsSetTelemetryProfiler(TfLiteInterpreterOptions* options,
                                                  struct TfLiteTelemetryProfilerStruct* profiler) {
  if (options && profiler)
    samara::capi::say_once("telemetry profilers are not called; use Samara's own observers");
}
