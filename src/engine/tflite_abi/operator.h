// An operator of others', by callbacks: the plain TfLiteRegistration, or the opaque TfLiteOperator
// that a registration may point at.
#pragma once

#include <string>

#include "tensorflow/lite/core/c/common.h"
#include "tensorflow/lite/core/c/operator.h"

/// The opaque operator of operator.h. Callbacks with data win over those without.
struct TfLiteOperator {
  int32_t code = 0;
  std::string name;
  bool custom = false;
  int version = 1;
  void* user_data = nullptr;
  void* (*init)(TfLiteOpaqueContext*, const char*, size_t) = nullptr;
  void (*free)(TfLiteOpaqueContext*, void*) = nullptr;
  TfLiteStatus (*prepare)(TfLiteOpaqueContext*, TfLiteOpaqueNode*) = nullptr;
  TfLiteStatus (*invoke)(TfLiteOpaqueContext*, TfLiteOpaqueNode*) = nullptr;
  TfLiteAsyncKernel* (*async_kernel)(TfLiteOpaqueContext*, TfLiteOpaqueNode*) = nullptr;
  void* (*init_data)(void*, TfLiteOpaqueContext*, const char*, size_t) = nullptr;
  void (*free_data)(void*, TfLiteOpaqueContext*, void*) = nullptr;
  TfLiteStatus (*prepare_data)(void*, TfLiteOpaqueContext*, TfLiteOpaqueNode*) = nullptr;
  TfLiteStatus (*invoke_data)(void*, TfLiteOpaqueContext*, TfLiteOpaqueNode*) = nullptr;
  TfLiteAsyncKernel* (*async_kernel_data)(void*, TfLiteOpaqueContext*, TfLiteOpaqueNode*) = nullptr;
  uint64_t inplace = 0;
};

namespace samara::tflite_abi {

// The opaque handles are the plain structures.
inline TfLiteOpaqueContext* opaque(TfLiteContext* c) {
  return reinterpret_cast<TfLiteOpaqueContext*>(c);
}
inline TfLiteOpaqueNode* opaque(TfLiteNode* n) { return reinterpret_cast<TfLiteOpaqueNode*>(n); }
inline TfLiteOpaqueTensor* opaque(TfLiteTensor* t) {
  return reinterpret_cast<TfLiteOpaqueTensor*>(t);
}

/// What init() returns when it failed.
inline void* init_failed() { return reinterpret_cast<void*>(intptr_t(-1)); }

/// Whichever callbacks the registration has; those that are unset do nothing, but invoke.
void* call_init(const TfLiteRegistration& r, TfLiteContext* c, const char* buffer, size_t length);
void call_free(const TfLiteRegistration& r, TfLiteContext* c, void* data);
TfLiteStatus call_prepare(const TfLiteRegistration& r, TfLiteContext* c, TfLiteNode* n);
TfLiteStatus call_invoke(const TfLiteRegistration& r, TfLiteContext* c, TfLiteNode* n);

/// A registration that stands for an opaque operator.
TfLiteRegistration registration_of(TfLiteOperator* op);

}  // namespace samara::tflite_abi
