// Opaque operators: operator.h under both of its names.
#include "engine/tflite_abi/operator.h"

TfLiteOperator* TfLiteOperatorCreate(TfLiteBuiltinOperator builtin_code, const char* custom_name,
                                     int version, void* user_data) {
  auto* const op = new TfLiteOperator;
  op->code = int32_t(builtin_code);
  op->custom = custom_name != nullptr;
  if (custom_name) op->name = custom_name;
  op->version = version;
  op->user_data = user_data;
  return op;
}
void TfLiteOperatorDelete(TfLiteOperator* registration) { delete registration; }
TfLiteBuiltinOperator TfLiteOperatorGetBuiltInCode(const TfLiteOperator* registration) {
  return registration ? TfLiteBuiltinOperator(registration->code) : kTfLiteBuiltinCustom;
}
const char* TfLiteOperatorGetCustomName(const TfLiteOperator* registration) {
  return registration && registration->custom ? registration->name.c_str() : nullptr;
}
int TfLiteOperatorGetVersion(const TfLiteOperator* registration) {
  return registration ? registration->version : -1;
}
void* TfLiteOperatorGetUserData(const TfLiteOperator* registration) {
  return registration ? registration->user_data : nullptr;
}

void TfLiteOperatorSetInit(TfLiteOperator* registration,
                           void* (*init)(TfLiteOpaqueContext*, const char*, size_t)) {
  if (registration) registration->init = init;
}
void TfLiteOperatorSetFree(TfLiteOperator* registration,
                           void (*free)(TfLiteOpaqueContext*, void*)) {
  if (registration) registration->free = free;
}
void TfLiteOperatorSetPrepare(TfLiteOperator* registration,
                              TfLiteStatus (*prepare)(TfLiteOpaqueContext*, TfLiteOpaqueNode*)) {
  if (registration) registration->prepare = prepare;
}
void TfLiteOperatorSetInvoke(TfLiteOperator* registration,
                             TfLiteStatus (*invoke)(TfLiteOpaqueContext*, TfLiteOpaqueNode*)) {
  if (registration) registration->invoke = invoke;
}
void TfLiteOperatorSetAsyncKernel(TfLiteOperator* registration,
                                  TfLiteAsyncKernel* (*async_kernel)(TfLiteOpaqueContext*,
                                                                     TfLiteOpaqueNode*)) {
  if (registration) registration->async_kernel = async_kernel;
}
void TfLiteOperatorSetInplaceOperator(TfLiteOperator* registration, uint64_t inplace_operator) {
  if (registration) registration->inplace = inplace_operator;
}

TfLiteStatus TfLiteOperatorSetInitWithData(TfLiteOperator* registration,
                                           void* (*init)(void*, TfLiteOpaqueContext*, const char*,
                                                         size_t)) {
  if (!registration) return kTfLiteError;
  registration->init_data = init;
  return kTfLiteOk;
}
TfLiteStatus TfLiteOperatorSetFreeWithData(TfLiteOperator* registration,
                                           void (*free)(void*, TfLiteOpaqueContext*, void*)) {
  if (!registration) return kTfLiteError;
  registration->free_data = free;
  return kTfLiteOk;
}
TfLiteStatus TfLiteOperatorSetPrepareWithData(TfLiteOperator* registration,
                                              TfLiteStatus (*prepare)(void*, TfLiteOpaqueContext*,
                                                                      TfLiteOpaqueNode*)) {
  if (!registration) return kTfLiteError;
  registration->prepare_data = prepare;
  return kTfLiteOk;
}
TfLiteStatus TfLiteOperatorSetInvokeWithData(TfLiteOperator* registration,
                                             TfLiteStatus (*invoke)(void*, TfLiteOpaqueContext*,
                                                                    TfLiteOpaqueNode*)) {
  if (!registration) return kTfLiteError;
  registration->invoke_data = invoke;
  return kTfLiteOk;
}
TfLiteStatus TfLiteOperatorSetAsyncKernelWithData(
    TfLiteOperator* registration,
    TfLiteAsyncKernel* (*async_kernel)(void*, TfLiteOpaqueContext*, TfLiteOpaqueNode*)) {
  if (!registration) return kTfLiteError;
  registration->async_kernel_data = async_kernel;
  return kTfLiteOk;
}

TfLiteRegistrationExternal* TfLiteRegistrationExternalCreate(TfLiteBuiltinOperator builtin_code,
                                                             const char* custom_name, int version) {
  return TfLiteOperatorCreate(builtin_code, custom_name, version, nullptr);
}
void TfLiteRegistrationExternalDelete(TfLiteRegistrationExternal* registration) {
  TfLiteOperatorDelete(registration);
}
TfLiteBuiltinOperator TfLiteRegistrationExternalGetBuiltInCode(
    const TfLiteRegistrationExternal* registration) {
  return TfLiteOperatorGetBuiltInCode(registration);
}
const char* TfLiteRegistrationExternalGetCustomName(
    const TfLiteRegistrationExternal* registration) {
  return TfLiteOperatorGetCustomName(registration);
}
int TfLiteRegistrationExternalGetVersion(const TfLiteRegistrationExternal* registration) {
  return TfLiteOperatorGetVersion(registration);
}
void TfLiteRegistrationExternalSetInit(TfLiteRegistrationExternal* registration,
                                       void* (*init)(TfLiteOpaqueContext*, const char*, size_t)) {
  TfLiteOperatorSetInit(registration, init);
}
void TfLiteRegistrationExternalSetFree(TfLiteRegistrationExternal* registration,
                                       void (*free)(TfLiteOpaqueContext*, void*)) {
  TfLiteOperatorSetFree(registration, free);
}
void TfLiteRegistrationExternalSetPrepare(TfLiteRegistrationExternal* registration,
                                          TfLiteStatus (*prepare)(TfLiteOpaqueContext*,
                                                                  TfLiteOpaqueNode*)) {
  TfLiteOperatorSetPrepare(registration, prepare);
}
void TfLiteRegistrationExternalSetInvoke(TfLiteRegistrationExternal* registration,
                                         TfLiteStatus (*invoke)(TfLiteOpaqueContext*,
                                                                TfLiteOpaqueNode*)) {
  TfLiteOperatorSetInvoke(registration, invoke);
}
void TfLiteRegistrationExternalSetAsyncKernel(
    TfLiteRegistrationExternal* registration,
    TfLiteAsyncKernel* (*async_kernel)(TfLiteOpaqueContext*, TfLiteOpaqueNode*)) {
  TfLiteOperatorSetAsyncKernel(registration, async_kernel);
}
void TfLiteRegistrationExternalSetInplaceOperator(TfLiteRegistrationExternal* registration,
                                                  uint64_t inplace_operator) {
  TfLiteOperatorSetInplaceOperator(registration, inplace_operator);
}
