// Shapes, planning and running, for the interpreter and for signatures alike.
#include <algorithm>

#include "tflite/jni/objects.h"

namespace samara::tflite_java {
namespace {

std::string shape_text(const std::vector<int32_t>& shape) {
  std::string out = "[";
  for (const int32_t d : shape) out += (out.size() > 1 ? ", " : "") + std::to_string(d);
  return out + "]";
}

/// The new shape may differ from the file's only where that has -1.
bool fits(const schema::Tensor& t, const std::vector<jint>& shape) {
  const auto& fixed = t.signature.empty() ? t.shape : t.signature;
  return std::ranges::equal(fixed, shape, [](int32_t f, jint d) { return f < 0 || f == d; });
}

/// Strings may have been written through a buffer, past set_strings().
Status check_strings(Engine& engine, int subgraph) {
  for (const int32_t index : engine.subgraph(subgraph).inputs) {
    const auto t = engine.interpreter->tensor(subgraph, index);
    if (!t.ok() || t->type != Type::string || t->constant || !t->data) continue;
    const auto strings = unpack_strings({t->data, t->bytes});
    if (!strings.ok()) return strings.error();
    if (int64_t(strings->size()) != t->shape.elements())
      return Error(Code::invalid_argument, "input '" + std::string(t->name) + "' holds " +
                                               std::to_string(strings->size()) +
                                               " strings, its shape is " + t->shape.text());
  }
  return {};
}

Status plan(Engine& engine, int subgraph) {
  Status status = engine.interpreter->plan(subgraph);
  for (auto at = engine.strings.begin(); status.ok() && at != engine.strings.end();) {
    if (at->first.first == subgraph) {
      status = engine.interpreter->set_strings(subgraph, at->first.second, at->second);
      at = engine.strings.erase(at);
    } else {
      ++at;
    }
  }
  return status;
}

/// The engine's own interpreter.
class Plain : public Runner {
 public:
  explicit Plain(std::unique_ptr<Interpreter> it) : it_(std::move(it)) {}
  Result<graph::Tensor> tensor(int subgraph, int32_t index) const override {
    return it_->tensor(subgraph, index);
  }
  Status resize(int subgraph, int32_t tensor, std::span<const int32_t> shape) override {
    return it_->resize(subgraph, tensor, shape);
  }
  Status plan(int subgraph) override { return it_->plan(subgraph); }
  bool planned(int subgraph) const override { return it_->planned(subgraph); }
  Status set_strings(int subgraph, int32_t tensor, std::span<const std::string> strings) override {
    return it_->set_strings(subgraph, tensor, strings);
  }
  Status run(int subgraph, const RunOptions& options) override {
    return it_->run(subgraph, options);
  }
  Status reset_variables() override { return it_->reset_variables(); }

 private:
  std::unique_ptr<Interpreter> it_;
};

}  // namespace

Result<std::unique_ptr<Runner>> run_by_engine(const std::shared_ptr<const Model>& model,
                                              int threads) {
  InterpreterOptions how;
  how.session.threads = threads;
  auto made = Interpreter::create(model, how);
  if (!made.ok()) return made.error();
  return std::unique_ptr<Runner>(std::make_unique<Plain>(*std::move(made)));
}

std::optional<graph::Tensor> tensor_of(JNIEnv* env, Engine& engine, int subgraph, int32_t index) {
  if (!engine.interpreter) {
    raise(env, kIllegalState, "Internal error: Tensor hasn't been allocated: " + engine.refused);
    return std::nullopt;
  }
  auto found = engine.interpreter->tensor(subgraph, index);
  if (found.ok()) return *found;
  raise(env, kIllegalArgument, "Internal error: " + found.error().brief());
  return std::nullopt;
}

std::vector<jint> numbers_of(JNIEnv* env, jintArray array) {
  if (!array) {
    raise(env, kIllegalArgument, "Empty dimensions of input array.");
    return {};
  }
  std::vector<jint> out(static_cast<size_t>(env->GetArrayLength(array)));
  env->GetIntArrayRegion(array, 0, static_cast<jsize>(out.size()), out.data());
  return out;
}

bool reshape(JNIEnv* env, Engine& engine, int subgraph, int32_t tensor,
             const std::vector<jint>& shape, bool strict, const std::string& what) {
  const auto now = tensor_of(env, engine, subgraph, tensor);
  if (!now || std::ranges::equal(now->shape.dims(), shape)) return false;
  const schema::Tensor& in_file = engine.subgraph(subgraph).tensors[size_t(tensor)];
  if (strict && !fits(in_file, shape)) {
    const auto& fixed = in_file.signature.empty() ? in_file.shape : in_file.signature;
    raise(env, kIllegalArgument,
          what +
              "ResizeInputTensorStrict only allows mutating unknown dimensions identified by -1:"
              " input '" +
              std::string(in_file.name) + "' has " + shape_text(fixed) + ", not " +
              shape_text(shape));
    return false;
  }
  const Status status = engine.interpreter->resize(subgraph, tensor, shape);
  if (status.ok()) {
    engine.strings.erase({subgraph, tensor});
    return true;
  }
  raise(env, kIllegalArgument, what + status.error().brief());
  return false;
}

void set_strings(JNIEnv* env, Engine& engine, const graph::Tensor& tensor, int subgraph,
                 std::vector<std::string> strings) {
  if (!engine.interpreter->planned(subgraph)) {
    if (int64_t(strings.size()) == tensor.shape.elements())
      engine.strings[{subgraph, tensor.index}] = std::move(strings);
    else
      raise(env, kIllegalArgument,
            "Internal error: the tensor takes " + tensor.shape.text() + " strings, is given " +
                std::to_string(strings.size()));
    return;
  }
  const Status status = engine.interpreter->set_strings(subgraph, tensor.index, strings);
  if (!status.ok()) raise(env, kIllegalArgument, "Internal error: " + status.error().brief());
}

void allocate(JNIEnv* env, Engine& engine, int subgraph) {
  std::string why = engine.refused;
  if (engine.interpreter) {
    const Status status = plan(engine, subgraph);
    if (status.ok()) {
      engine.allocated = true;
      return;
    }
    why = status.error().brief();
  }
  raise(env, kIllegalState,
        "Internal error: Unexpected failure when preparing tensor allocations: " + why);
  if (engine.allocated) return;
  // The constructor fails, and Java knows the handles no longer.
  for (const jlong handle : engine.orphans) drop_object(handle);
}

void run(JNIEnv* env, Engine& engine, int subgraph, const char* exception) {
  constexpr char kFailed[] = "Internal error: Failed to run on the given Interpreter: ";
  if (!engine.interpreter) return raise(env, exception, kFailed + engine.refused);
  if (const Status strings = check_strings(engine, subgraph); !strings.ok())
    return raise(env, exception, kFailed + strings.error().brief());
  RunOptions options;
  if (engine.cancel) options.cancel = &engine.cancel->set;
  const Status status = engine.interpreter->run(subgraph, options);
  if (status.ok()) return;
  if (status.error().code() == Code::cancelled)
    return raise(env, exception, std::string(kFailed) + "Client requested cancel during Invoke()");
  raise(env, exception, kFailed + status.error().brief());
}

}  // namespace samara::tflite_java
