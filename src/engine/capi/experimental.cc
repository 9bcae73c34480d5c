// Interpreters: the functions of c_api_experimental.h.
#include "base/text.h"
#include "engine/capi/interpreter.h"
#include "tensorflow/lite/core/c/c_api_experimental.h"

using samara::Code;
using samara::Error;
using samara::Status;
using samara::capi::Interpreter;

namespace samara::capi {
TfLiteInterpreter* create_interpreter(const TfLiteModel* model,
                                      const TfLiteInterpreterOptions* options, bool selected);
}  // namespace samara::capi

TfLiteInterpreter* TfLiteInterpreterCreateWithSelectedOps(const TfLiteModel* model,
                                                          const TfLiteInterpreterOptions* options) {
  return samara::capi::create_interpreter(model, options, true);
}

TfLiteStatus TfLiteInterpreterResetVariableTensors(TfLiteInterpreter* interpreter) {
  if (!interpreter) return kTfLiteError;
  return interpreter->it->guarded([&] {
    interpreter->it->reset_variables();
    return Status();
  });
}
int32_t TfLiteInterpreterGetVariableTensorCount(const TfLiteInterpreter* interpreter) {
  return interpreter ? int32_t(interpreter->it->variables().size()) : 0;
}
TfLiteTensor* TfLiteInterpreterGetVariableTensor(const TfLiteInterpreter* interpreter,
                                                 int32_t variable_index) {
  if (!interpreter || variable_index < 0) return nullptr;
  const auto all = interpreter->it->variables();
  if (size_t(variable_index) >= all.size()) return nullptr;
  return interpreter->it->tensor(0, all[size_t(variable_index)]);
}

TfLiteStatus TfLiteInterpreterModifyGraphWithDelegate(const TfLiteInterpreter* interpreter,
                                                      TfLiteDelegate* delegate) {
  if (!interpreter) return kTfLiteError;
  return interpreter->it->guarded([&] { return interpreter->it->modify(delegate); });
}

int32_t TfLiteInterpreterGetInputTensorIndex(const TfLiteInterpreter* interpreter,
                                             int32_t input_index) {
  if (!interpreter || input_index < 0) return -1;
  const auto& list = interpreter->it->subgraph(0).inputs;
  return size_t(input_index) < list.size() ? list[size_t(input_index)] : -1;
}
int32_t TfLiteInterpreterGetOutputTensorIndex(const TfLiteInterpreter* interpreter,
                                              int32_t output_index) {
  if (!interpreter || output_index < 0) return -1;
  const auto& list = interpreter->it->subgraph(0).outputs;
  return size_t(output_index) < list.size() ? list[size_t(output_index)] : -1;
}

TfLiteStatus TfLiteInterpreterSetCustomAllocationForTensor(TfLiteInterpreter* interpreter,
                                                           int tensor_index,
                                                           const TfLiteCustomAllocation* allocation,
                                                           int64_t flags) {
  if (!interpreter || !allocation) return kTfLiteError;
  const bool check = !(flags & kTfLiteCustomAllocationFlagsSkipAlignCheck);
  return interpreter->it->guarded(
      [&] { return interpreter->it->set_memory(tensor_index, *allocation, check); });
}

namespace {

Status set_handle(Interpreter& it, TfLiteTensor* tensor, TfLiteBufferHandle handle,
                  TfLiteDelegate* delegate) {
  auto& context = it.context(0);
  if (context.tensors().index_of(tensor) < 0)
    return Error(Code::invalid_argument, "SetBufferHandle: no tensor of this interpreter");
  if (!delegate || (tensor->delegate && tensor->delegate != delegate))
    return Error(Code::invalid_argument,
                 samara::cat("SetBufferHandle: tensor '", tensor->name, "' is another delegate's"));
  context.free_handle(*tensor);
  tensor->delegate = delegate;
  tensor->buffer_handle = handle;
  return {};
}

}  // namespace

TfLiteStatus TfLiteInterpreterSetBufferHandle(TfLiteInterpreter* interpreter, TfLiteTensor* tensor,
                                              TfLiteBufferHandle buffer_handle,
                                              TfLiteOpaqueDelegate* delegate) {
  if (!interpreter || !tensor) return kTfLiteError;
  return interpreter->it->guarded([&] {
    return set_handle(*interpreter->it, tensor, buffer_handle,
                      reinterpret_cast<TfLiteDelegate*>(delegate));
  });
}

TfLiteStatus TfLiteInterpreterGetBufferHandle(TfLiteInterpreter* interpreter, int tensor_index,
                                              TfLiteBufferHandle* buffer_handle,
                                              TfLiteOpaqueDelegate** delegate) {
  if (!interpreter || !buffer_handle || !delegate) return kTfLiteError;
  const TfLiteTensor* const t = interpreter->it->tensor(0, tensor_index);
  if (!t) return kTfLiteError;
  *buffer_handle = t->buffer_handle;
  *delegate = reinterpret_cast<TfLiteOpaqueDelegate*>(t->delegate);
  return kTfLiteOk;
}

void TfLiteSetAllowBufferHandleOutput(const TfLiteInterpreter* interpreter,
                                      bool allow_buffer_handle_output) {
  if (interpreter)
    interpreter->it->shared().allow_buffer_handle_output = allow_buffer_handle_output;
}

TfLiteStatus TfLiteInterpreterEnsureTensorDataIsReadable(TfLiteInterpreter* interpreter,
                                                         int tensor_index) {
  if (!interpreter) return kTfLiteError;
  return interpreter->it->guarded([&]() -> Status {
    TfLiteTensor* const t = interpreter->it->tensor(0, tensor_index);
    if (!t) return Error(Code::invalid_argument, samara::cat("there is no tensor ", tensor_index));
    if (interpreter->it->context(0).make_readable(*t) == kTfLiteOk) return {};
    return Error(Code::unavailable,
                 samara::cat("a delegate did not give back tensor '", t->name, "'"));
  });
}

TfLiteStatus TfLiteSignatureRunnerCancel(TfLiteSignatureRunner* signature_runner) {
  return signature_runner ? signature_runner->it->cancel() : kTfLiteError;
}
