// Models, interpreters and signature runners: the functions of c_api.h.
#include "tensorflow/lite/core/c/c_api.h"

#include <algorithm>
#include <string>

#include "engine/capi/interpreter.h"

using samara::Code;
using samara::Error;
using samara::Result;
using samara::Status;
using samara::capi::Interpreter;
using samara::capi::Reporter;
using Signature = Interpreter::Signature;

// The release whose headers ours answer to; clients compare it.
const char* TfLiteVersion(void) { return "2.19.0"; }
const char* TfLiteExtensionApisVersion(void) { return "2.19.0"; }
int TfLiteSchemaVersion(void) { return 3; }

namespace {

TfLiteModel* model_of(Result<std::shared_ptr<const samara::schema::ModelFile>> file,
                      const Reporter& reporter) {
  if (!file.ok()) {
    reporter(file.error().brief());
    return nullptr;
  }
  auto* const model = new TfLiteModel;
  model->file = std::move(file).value();
  model->reporter = reporter;
  return model;
}

TfLiteModel* from_buffer(const void* data, size_t size, const Reporter& reporter) {
  if (!data) {
    reporter("no model is given: the buffer is null");
    return nullptr;
  }
  const std::span bytes(static_cast<const std::byte*>(data), size);
  return model_of(samara::schema::ModelFile::from_bytes(bytes, false), reporter);
}

TfLiteModel* from_file(const char* path, const Reporter& reporter) {
  if (!path) {
    reporter("no model is given: the path is null");
    return nullptr;
  }
  return model_of(samara::schema::ModelFile::open(path), reporter);
}

}  // namespace

TfLiteModel* TfLiteModelCreate(const void* model_data, size_t model_size) {
  return from_buffer(model_data, model_size, {});
}
TfLiteModel* TfLiteModelCreateWithErrorReporter(const void* model_data, size_t model_size,
                                                void (*reporter)(void* user_data,
                                                                 const char* format, va_list args),
                                                void* user_data) {
  return from_buffer(model_data, model_size, {reporter, user_data});
}
TfLiteModel* TfLiteModelCreateFromFile(const char* model_path) { return from_file(model_path, {}); }
TfLiteModel* TfLiteModelCreateFromFileWithErrorReporter(
    const char* model_path, void (*reporter)(void* user_data, const char* format, va_list args),
    void* user_data) {
  return from_file(model_path, {reporter, user_data});
}
void TfLiteModelDelete(TfLiteModel* model) { delete model; }

namespace samara::capi {

TfLiteInterpreter* create_interpreter(const TfLiteModel* model,
                                      const TfLiteInterpreterOptions* options, bool selected) {
  const Reporter reporter = options ? options->reporter : model ? model->reporter : Reporter{};
  if (!model) {
    reporter("no model is given to make an interpreter of");
    return nullptr;
  }
  auto made = Interpreter::create(*model, options, selected);
  if (made.ok()) return new TfLiteInterpreter{std::move(made).value()};
  reporter(made.error().brief());
  return nullptr;
}

}  // namespace samara::capi

TfLiteInterpreter* TfLiteInterpreterCreate(const TfLiteModel* model,
                                           const TfLiteInterpreterOptions* optional_options) {
  return samara::capi::create_interpreter(model, optional_options, false);
}
void TfLiteInterpreterDelete(TfLiteInterpreter* interpreter) { delete interpreter; }

int32_t TfLiteInterpreterGetInputTensorCount(const TfLiteInterpreter* interpreter) {
  return interpreter ? int32_t(interpreter->it->subgraph(0).inputs.size()) : 0;
}
int32_t TfLiteInterpreterGetOutputTensorCount(const TfLiteInterpreter* interpreter) {
  return interpreter ? int32_t(interpreter->it->subgraph(0).outputs.size()) : 0;
}
const int* TfLiteInterpreterInputTensorIndices(const TfLiteInterpreter* interpreter) {
  return interpreter ? interpreter->it->subgraph(0).inputs.data() : nullptr;
}
const int* TfLiteInterpreterOutputTensorIndices(const TfLiteInterpreter* interpreter) {
  return interpreter ? interpreter->it->subgraph(0).outputs.data() : nullptr;
}

namespace {

/// The tensor at a place of a list of indices; null where there is no such place.
TfLiteTensor* at(const TfLiteInterpreter* interpreter, const std::vector<int32_t>& list,
                 int32_t place) {
  if (place < 0 || size_t(place) >= list.size()) return nullptr;
  return interpreter->it->tensor(0, list[size_t(place)]);
}

}  // namespace

TfLiteTensor* TfLiteInterpreterGetInputTensor(const TfLiteInterpreter* interpreter,
                                              int32_t input_index) {
  if (!interpreter) return nullptr;
  return at(interpreter, interpreter->it->subgraph(0).inputs, input_index);
}
const TfLiteTensor* TfLiteInterpreterGetOutputTensor(const TfLiteInterpreter* interpreter,
                                                     int32_t output_index) {
  if (!interpreter) return nullptr;
  return at(interpreter, interpreter->it->subgraph(0).outputs, output_index);
}
TfLiteTensor* TfLiteInterpreterGetTensor(const TfLiteInterpreter* interpreter, int index) {
  return interpreter ? interpreter->it->tensor(0, index) : nullptr;
}

namespace {

TfLiteStatus resize(Interpreter& it, int subgraph, int32_t tensor, const int* dims, int32_t rank) {
  return it.guarded([&]() -> Status {
    if (rank < 0 || (rank > 0 && !dims))
      return Error(Code::invalid_argument, "a shape of no or a negative number of dimensions");
    return it.resize(subgraph, tensor, {dims, size_t(rank)});
  });
}

}  // namespace

TfLiteStatus TfLiteInterpreterResizeInputTensor(TfLiteInterpreter* interpreter, int32_t input_index,
                                                const int* input_dims, int32_t input_dims_size) {
  if (!interpreter) return kTfLiteError;
  const auto& inputs = interpreter->it->subgraph(0).inputs;
  const bool there = input_index >= 0 && size_t(input_index) < inputs.size();
  return resize(*interpreter->it, 0, there ? inputs[size_t(input_index)] : -1, input_dims,
                input_dims_size);
}
TfLiteStatus TfLiteInterpreterAllocateTensors(TfLiteInterpreter* interpreter) {
  if (!interpreter) return kTfLiteError;
  return interpreter->it->guarded([&] { return interpreter->it->allocate(0); });
}
TfLiteStatus TfLiteInterpreterInvoke(TfLiteInterpreter* interpreter) {
  if (!interpreter) return kTfLiteError;
  return interpreter->it->guarded([&] { return interpreter->it->invoke(0); });
}
TfLiteStatus TfLiteInterpreterCancel(const TfLiteInterpreter* interpreter) {
  return interpreter ? interpreter->it->cancel() : kTfLiteError;
}

int32_t TfLiteInterpreterGetSignatureCount(const TfLiteInterpreter* interpreter) {
  return interpreter ? int32_t(interpreter->it->signatures().size()) : 0;
}
const char* TfLiteInterpreterGetSignatureKey(const TfLiteInterpreter* interpreter,
                                             int32_t signature_index) {
  if (!interpreter || signature_index < 0) return nullptr;
  const auto all = interpreter->it->signatures();
  return size_t(signature_index) < all.size() ? all[size_t(signature_index)].key.c_str() : nullptr;
}

TfLiteSignatureRunner* TfLiteInterpreterGetSignatureRunner(const TfLiteInterpreter* interpreter,
                                                           const char* signature_key) {
  if (!interpreter || !signature_key) return nullptr;
  std::string keys;
  for (const Signature& s : interpreter->it->signatures()) {
    if (s.key == signature_key) return new TfLiteSignatureRunner{interpreter->it, &s};
    keys += (keys.empty() ? "'" : ", '") + s.key + "'";
  }
  interpreter->it->report(std::string("Invalid signature_key provided: '") + signature_key +
                          "'; the model has " + (keys.empty() ? "none" : keys));
  return nullptr;
}
void TfLiteSignatureRunnerDelete(TfLiteSignatureRunner* signature_runner) {
  delete signature_runner;
}

namespace {

using Entries = std::vector<std::pair<std::string, int32_t>>;

const char* name_at(const Entries& entries, int32_t place) {
  if (place < 0 || size_t(place) >= entries.size()) return nullptr;
  return entries[size_t(place)].first.c_str();
}

int32_t index_of(const Entries& entries, const char* name) {
  if (!name) return -1;
  const auto found = std::ranges::find(entries, name, [](const auto& e) { return e.first; });
  return found == entries.end() ? -1 : found->second;
}

}  // namespace

size_t TfLiteSignatureRunnerGetInputCount(const TfLiteSignatureRunner* signature_runner) {
  return signature_runner ? signature_runner->signature->inputs.size() : 0;
}
size_t TfLiteSignatureRunnerGetOutputCount(const TfLiteSignatureRunner* signature_runner) {
  return signature_runner ? signature_runner->signature->outputs.size() : 0;
}
const char* TfLiteSignatureRunnerGetInputName(const TfLiteSignatureRunner* signature_runner,
                                              int32_t input_index) {
  return signature_runner ? name_at(signature_runner->signature->inputs, input_index) : nullptr;
}
const char* TfLiteSignatureRunnerGetOutputName(const TfLiteSignatureRunner* signature_runner,
                                               int32_t output_index) {
  return signature_runner ? name_at(signature_runner->signature->outputs, output_index) : nullptr;
}
TfLiteStatus TfLiteSignatureRunnerResizeInputTensor(TfLiteSignatureRunner* signature_runner,
                                                    const char* input_name, const int* input_dims,
                                                    int32_t input_dims_size) {
  if (!signature_runner) return kTfLiteError;
  const Signature& s = *signature_runner->signature;
  return resize(*signature_runner->it, s.subgraph, index_of(s.inputs, input_name), input_dims,
                input_dims_size);
}
TfLiteStatus TfLiteSignatureRunnerAllocateTensors(TfLiteSignatureRunner* signature_runner) {
  if (!signature_runner) return kTfLiteError;
  Interpreter& it = *signature_runner->it;
  return it.guarded([&] { return it.allocate(signature_runner->signature->subgraph); });
}
TfLiteStatus TfLiteSignatureRunnerInvoke(TfLiteSignatureRunner* signature_runner) {
  if (!signature_runner) return kTfLiteError;
  Interpreter& it = *signature_runner->it;
  return it.guarded([&] { return it.invoke(signature_runner->signature->subgraph); });
}
TfLiteTensor* TfLiteSignatureRunnerGetInputTensor(TfLiteSignatureRunner* signature_runner,
                                                  const char* input_name) {
  if (!signature_runner) return nullptr;
  const Signature& s = *signature_runner->signature;
  return signature_runner->it->tensor(s.subgraph, index_of(s.inputs, input_name));
}
const TfLiteTensor* TfLiteSignatureRunnerGetOutputTensor(
    const TfLiteSignatureRunner* signature_runner, const char* output_name) {
  if (!signature_runner) return nullptr;
  const Signature& s = *signature_runner->signature;
  return signature_runner->it->tensor(s.subgraph, index_of(s.outputs, output_name));
}
