// Delegates that programs bring along, by the C API.
#include <algorithm>
#include <cstdarg>
#include <cstdio>

#include "tensorflow/lite/c/c_api.h"
#include "tensorflow/lite/c/c_api_experimental.h"
#include "tensorflow/lite/c/common.h"
#include "tflite/jni/objects.h"

namespace samara::tflite_java {
namespace {

void collect(void* user, const char* format, va_list arguments) {
  char line[1024] = "";
  std::vsnprintf(line, sizeof line, format, arguments);
  auto& said = *static_cast<std::string*>(user);
  said += (said.empty() ? "" : "\n") + std::string(line);
}

/// The numbers of common.h in the file's order.
Type type_of(TfLiteType type) {
  const int number = int(type);
  if (number == 1) return Type::f32;
  if (number == 10) return Type::f16;
  return Type(number - (number > 10 ? 1 : 0));
}

class Delegated : public Runner {
 public:
  ~Delegated() override {
    TfLiteInterpreterDelete(interpreter_);
    TfLiteInterpreterOptionsDelete(options_);
    TfLiteModelDelete(model_);
  }

  Status open(const LoadedModel& model, int threads, const std::vector<jlong>& delegates) {
    file_ = model.file;
    model_ = model.data
                 ? TfLiteModelCreateWithErrorReporter(model.data, model.size, collect, &said_)
                 : TfLiteModelCreateFromFileWithErrorReporter(
                       std::string(model.file->path()).c_str(), collect, &said_);
    options_ = TfLiteInterpreterOptionsCreate();
    TfLiteInterpreterOptionsSetNumThreads(options_, threads);
    TfLiteInterpreterOptionsSetErrorReporter(options_, collect, &said_);
    interpreter_ = model_ ? TfLiteInterpreterCreate(model_, options_) : nullptr;
    if (!interpreter_) return failed(Code::invalid_model);
    for (const jlong handle : delegates) {
      auto* const delegate = reinterpret_cast<TfLiteDelegate*>(static_cast<uintptr_t>(handle));
      if (TfLiteInterpreterModifyGraphWithDelegate(interpreter_, delegate) != kTfLiteOk)
        return failed(Code::unavailable);
    }
    return {};
  }

  Result<graph::Tensor> tensor(int subgraph, int32_t index) const override {
    const TfLiteTensor* const t =
        subgraph == 0 ? TfLiteInterpreterGetTensor(interpreter_, index) : nullptr;
    if (!t) return only_first();
    const schema::Tensor& in_file = file_->subgraphs()[0].tensors[size_t(index)];
    graph::Tensor out;
    out.name = in_file.name;
    out.type = type_of(t->type);
    for (int i = 0; t->dims && i < std::min(t->dims->size, graph::kMaxRank); ++i)
      out.shape.push(t->dims->data[i]);
    out.quant.scales = in_file.quantization.scales;
    out.quant.zero_points = in_file.quantization.zero_points;
    out.constant = t->allocation_type == kTfLiteMmapRo;
    out.data = reinterpret_cast<std::byte*>(t->data.raw);
    out.bytes = t->bytes;
    out.index = index;
    return out;
  }

  Status resize(int subgraph, int32_t tensor, std::span<const int32_t> shape) override {
    const auto& inputs = file_->subgraphs()[0].inputs;
    const auto found = std::ranges::find(inputs, tensor);
    if (subgraph != 0 || found == inputs.end()) return only_first();
    planned_ = false;
    return done(TfLiteInterpreterResizeInputTensor(interpreter_, int32_t(found - inputs.begin()),
                                                   shape.data(), int32_t(shape.size())));
  }

  Status plan(int subgraph) override {
    if (subgraph != 0) return only_first();
    planned_ = TfLiteInterpreterAllocateTensors(interpreter_) == kTfLiteOk;
    return planned_ ? Status() : failed(Code::invalid_model);
  }
  bool planned(int subgraph) const override { return subgraph == 0 && planned_; }

  Status set_strings(int subgraph, int32_t tensor, std::span<const std::string> strings) override {
    TfLiteTensor* const t =
        subgraph == 0 ? TfLiteInterpreterGetTensor(interpreter_, tensor) : nullptr;
    if (!t) return only_first();
    const auto packed = pack_strings(strings);
    TfLiteTensorRealloc(packed.size(), t);
    return done(TfLiteTensorCopyFromBuffer(t, packed.data(), packed.size()));
  }

  /// What cancels is looked at before the run alone.
  Status run(int subgraph, const RunOptions& options) override {
    if (subgraph != 0) return only_first();
    if (options.cancel && *options.cancel)
      return Error(Code::cancelled, "the caller cancelled the run");
    return done(TfLiteInterpreterInvoke(interpreter_));
  }

  Status reset_variables() override {
    return done(TfLiteInterpreterResetVariableTensors(interpreter_));
  }

  bool held_by_delegate(int32_t index) const override {
    const TfLiteTensor* const t = TfLiteInterpreterGetTensor(interpreter_, index);
    return t && t->delegate && t->buffer_handle != kTfLiteNullBufferHandle;
  }

 private:
  Error failed(Code code) { return Error(code, std::exchange(said_, {})); }
  Status done(TfLiteStatus status) {
    if (status != kTfLiteOk) return failed(Code::invalid_argument);
    said_.clear();
    return {};
  }
  Error only_first() const {
    return Error(Code::unsupported,
                 "with a delegate of another library only the model's first subgraph runs");
  }

  std::shared_ptr<const schema::ModelFile> file_;
  std::string said_;
  TfLiteModel* model_ = nullptr;
  TfLiteInterpreterOptions* options_ = nullptr;
  TfLiteInterpreter* interpreter_ = nullptr;
  bool planned_ = false;
};

}  // namespace

Result<std::unique_ptr<Runner>> run_with_delegates(const LoadedModel& model, int threads,
                                                   const std::vector<jlong>& delegates) {
  auto out = std::make_unique<Delegated>();
  const Status status = out->open(model, threads, delegates);
  if (!status.ok()) return status.error();
  return std::unique_ptr<Runner>(std::move(out));
}

}  // namespace samara::tflite_java
