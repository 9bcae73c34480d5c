#include "engine/tflite_abi/operator.h"

namespace samara::tflite_abi {

void* call_init(const TfLiteRegistration& r, TfLiteContext* c, const char* buffer, size_t length) {
  if (const TfLiteOperator* const op = r.registration_external) {
    if (op->init_data) return op->init_data(op->user_data, opaque(c), buffer, length);
    return op->init ? op->init(opaque(c), buffer, length) : nullptr;
  }
  return r.init ? r.init(c, buffer, length) : nullptr;
}

void call_free(const TfLiteRegistration& r, TfLiteContext* c, void* data) {
  if (const TfLiteOperator* const op = r.registration_external) {
    if (op->free_data) return op->free_data(op->user_data, opaque(c), data);
    if (op->free && data) op->free(opaque(c), data);
    return;
  }
  if (r.free && data) r.free(c, data);
}

TfLiteStatus call_prepare(const TfLiteRegistration& r, TfLiteContext* c, TfLiteNode* n) {
  if (const TfLiteOperator* const op = r.registration_external) {
    if (op->prepare_data) return op->prepare_data(op->user_data, opaque(c), opaque(n));
    return op->prepare ? op->prepare(opaque(c), opaque(n)) : kTfLiteOk;
  }
  return r.prepare ? r.prepare(c, n) : kTfLiteOk;
}

TfLiteStatus call_invoke(const TfLiteRegistration& r, TfLiteContext* c, TfLiteNode* n) {
  if (const TfLiteOperator* const op = r.registration_external) {
    if (op->invoke_data) return op->invoke_data(op->user_data, opaque(c), opaque(n));
    return op->invoke ? op->invoke(opaque(c), opaque(n)) : kTfLiteError;
  }
  return r.invoke ? r.invoke(c, n) : kTfLiteError;
}

TfLiteRegistration registration_of(TfLiteOperator* op) {
  TfLiteRegistration r = {};
  r.builtin_code = op->code;
  r.custom_name = op->custom ? op->name.c_str() : nullptr;
  r.version = op->version;
  r.registration_external = op;
  r.inplace_operator = op->inplace;
  return r;
}

}  // namespace samara::tflite_abi
