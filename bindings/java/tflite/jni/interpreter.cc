// org.tensorflow.lite.NativeInterpreterWrapper and its experimental sister.
#include <algorithm>

#include "samara/runtime/about.h"
#include "tflite/jni/objects.h"

namespace samara::tflite_java {
namespace {

constexpr char kFlex[] = "Flex";

/// A reporter that Java is going to forget, since its constructor fails.
jlong give_up(JNIEnv* env, jlong reporter, const std::string& message) {
  drop_object(reporter);
  raise(env, kIllegalArgument, message);
  return 0;
}

/// Custom operators that nobody has; those of TensorFlow itself are named Flex...
std::vector<std::string> unresolved_ops(const schema::ModelFile& file) {
  const About about = samara::about();
  std::vector<std::string> out;
  for (const schema::OperatorCode& code : file.codes()) {
    const auto is_it = [&](const OperatorSupport& op) { return op.name == code.name; };
    if (code.builtin == 32 && std::ranges::none_of(about.operators, is_it))
      out.emplace_back(code.name);
  }
  return out;
}

std::string why_refused(const schema::ModelFile& file, const Error& error) {
  const auto unresolved = unresolved_ops(file);
  if (error.code() != Code::unsupported || unresolved.empty()) return error.brief();
  return "Encountered unresolved custom op: " + unresolved[0] + ". " + error.brief();
}

/// One of ours has no work to do; of others the address is listed. False: an exception is pending.
bool take_delegate(JNIEnv* env, jlong handle, std::vector<jlong>& others) {
  if (handle == 0)
    raise(env, kIllegalArgument, "Internal error: Found invalid handle");
  else if (is_handle(handle) && !peek<Delegate>(handle))
    raise(env, kIllegalArgument,
          "Internal error: Failed to apply delegate: it has been closed, or never was one");
  else if (!is_handle(handle))
    others.push_back(handle);
  return !env->ExceptionCheck();
}

bool take_delegates(JNIEnv* env, jobject list, std::vector<jlong>& others) {
  const jclass lists = env->FindClass("java/util/List"), longs = env->FindClass("java/lang/Long");
  if (!list || !lists || !longs) return !env->ExceptionCheck();
  const jmethodID size = env->GetMethodID(lists, "size", "()I");
  const jmethodID get = env->GetMethodID(lists, "get", "(I)Ljava/lang/Object;");
  const jmethodID value = env->GetMethodID(longs, "longValue", "()J");
  const jint count = env->CallIntMethod(list, size);
  if (env->ExceptionCheck()) return false;
  for (jint i = 0; i < count; ++i) {
    const jobject one = env->CallObjectMethod(list, get, i);
    if (!env->ExceptionCheck() && !one)
      raise(env, kIllegalArgument, "Internal error: null object in Delegate handle list");
    if (env->ExceptionCheck()) return false;
    const jlong handle = env->CallLongMethod(one, value);
    env->DeleteLocalRef(one);
    if (env->ExceptionCheck() || !take_delegate(env, handle, others)) return false;
  }
  return true;
}

Status build(Engine& engine, bool xnnpack, jint threads, const std::vector<jlong>& delegates) {
  threads = threads <= 0 ? 1 : threads;  // -1: as we think best; 0: none besides
  auto& built = engine.model->built[xnnpack];
  if (!built) {
    ModelOptions options;
    options.numerics = xnnpack ? Numerics::xnnpack : Numerics::reference;
    auto model = Model::load(engine.model->file, options);
    if (!model.ok()) return model.error();
    built = *model;
  }
  auto made = delegates.empty() ? run_by_engine(built, threads)
                                : run_with_delegates(*engine.model, threads, delegates);
  if (!made.ok()) return made.error();
  engine.interpreter = *std::move(made);
  return {};
}

/// Why no interpreter can be made, as an exception; true: one can be, but for what Java looks at next.
bool goes_on(JNIEnv* env, const Error& error) {
  if (error.code() == Code::unavailable)
    raise(env, kIllegalArgument, "Internal error: Failed to apply delegate: " + error.brief());
  if (error.code() == Code::invalid_argument)
    raise(env, kIllegalArgument, "Internal error: Cannot create interpreter: " + error.brief());
  return !env->ExceptionCheck();
}

jlong create_interpreter(JNIEnv* env, jlong model_handle, jlong reporter, jint threads,
                         jboolean xnnpack, jobject delegates) {
  const auto model = find<LoadedModel>(env, model_handle);
  std::vector<jlong> others;
  if (!model || !find<Reporter>(env, reporter) || !take_delegates(env, delegates, others)) return 0;
  if (threads < -1) {
    raise(env, kIllegalArgument,
          "Internal error: Cannot create interpreter: num_threads should be >= 0 or just -1 to let"
          " the runtime set the value, not " +
              std::to_string(threads));
    return 0;
  }
  const auto engine = std::make_shared<Engine>();
  engine->model = model;
  const Status status = build(*engine, xnnpack != JNI_FALSE, threads, others);
  if (!status.ok()) {
    if (!goes_on(env, status.error())) return 0;
    engine->refused = why_refused(engine->file(), status.error());  // said when Java allocates
  }
  const jlong handle = handle_of(engine);
  engine->orphans = {handle, model_handle, reporter};
  return handle;
}

/// As later versions of the classes declare it.
JNIEXPORT jlong JNICALL create_interpreter_compressing(JNIEnv* env, jclass, jlong model,
                                                       jlong reporter, jint threads,
                                                       jboolean xnnpack, jboolean compress,
                                                       jobject delegates) {
  if (compress)
    say_once(
        "compressed zero points of quantization are ignored: they lie in the file as they are");
  return create_interpreter(env, model, reporter, threads, xnnpack, delegates);
}

using Ends = std::vector<int32_t> schema::Subgraph::*;

/// The tensors at one end of subgraph 0.
const std::vector<int32_t>* ends(JNIEnv* env, const std::shared_ptr<Engine>& engine, Ends which) {
  if (!engine) return nullptr;
  if (!engine->file().subgraphs().empty()) return &(engine->subgraph(0).*which);
  raise(env, kIllegalState, "Internal error: the model has no subgraph");
  return nullptr;
}

jint count_of(JNIEnv* env, jlong handle, Ends which) {
  const auto* list = ends(env, find<Engine>(env, handle), which);
  return list ? static_cast<jint>(list->size()) : 0;
}

jobjectArray names_of(JNIEnv* env, jlong handle, Ends which) {
  const auto engine = find<Engine>(env, handle);
  const auto* list = ends(env, engine, which);
  if (!list) return nullptr;
  std::vector<std::string> names;
  for (const int32_t i : *list) names.emplace_back(engine->subgraph(0).tensors[size_t(i)].name);
  return strings_of(env, names);
}

jint tensor_index(JNIEnv* env, jlong handle, jint place, Ends which) {
  const auto* list = ends(env, find<Engine>(env, handle), which);
  if (!list) return 0;
  if (place >= 0 && size_t(place) < list->size()) return (*list)[size_t(place)];
  raise(env, kIllegalArgument, "Invalid Tensor index: " + std::to_string(place));
  return 0;
}

}  // namespace

bool register_newer_classes(JNIEnv* env) {
  const jclass wrapper = env->FindClass("org/tensorflow/lite/NativeInterpreterWrapper");
  char name[] = "createInterpreter", signature[] = "(JJIZZLjava/util/List;)J";
  const bool newer = wrapper && env->GetStaticMethodID(wrapper, name, signature);
  if (env->ExceptionCheck()) env->ExceptionClear();  // classes without it, or of GpuDelegate alone
  JNINativeMethod method = {name, signature,
                            reinterpret_cast<void*>(create_interpreter_compressing)};
  return !newer || env->RegisterNatives(wrapper, &method, 1) == 0;
}

}  // namespace samara::tflite_java

using namespace samara;               // NOLINT: the natives below are what these are made for
using namespace samara::tflite_java;  // NOLINT

SAMARA_NATIVE(jlong, NativeInterpreterWrapper_createErrorReporter)(JNIEnv*, jclass, jint) {
  return handle_of(std::make_shared<Reporter>());
}

SAMARA_NATIVE(jlong, NativeInterpreterWrapper_createModel)
(JNIEnv* env, jclass, jstring path, jlong reporter) {
  if (!find<Reporter>(env, reporter)) return 0;
  if (!path) return give_up(env, reporter, "The path of the model is null");
  const std::string name = text_of(env, path);
  auto file = schema::ModelFile::open(name);
  if (file.ok()) return handle_of(std::make_shared<LoadedModel>(LoadedModel{*file}));
  const Error& error = file.error();
  const bool content = error.code() == Code::invalid_model || error.code() == Code::data_loss;
  return give_up(env, reporter,
                 "Contents of " + name + " does not encode a valid TensorFlow Lite model: " +
                     (content ? "The model is not a valid Flatbuffer file: "
                              : "Could not open '" + name + "': ") +
                     error.brief());
}

SAMARA_NATIVE(jlong, NativeInterpreterWrapper_createModelWithBuffer)
(JNIEnv* env, jclass, jobject buffer, jlong reporter) {
  if (!find<Reporter>(env, reporter)) return 0;
  const void* data = buffer ? env->GetDirectBufferAddress(buffer) : nullptr;
  const jlong size = buffer ? env->GetDirectBufferCapacity(buffer) : 0;
  if (!data || size < 0)
    return give_up(env, reporter, "ByteBuffer is not a direct buffer with a model");
  // Java holds the buffer until close(): weights stay in it.
  auto file = schema::ModelFile::from_bytes(
      {static_cast<const std::byte*>(data), static_cast<size_t>(size)}, /*copy=*/false);
  if (file.ok())
    return handle_of(std::make_shared<LoadedModel>(LoadedModel{*file, data, size_t(size)}));
  return give_up(
      env, reporter,
      "ByteBuffer is not a valid TensorFlow Lite model flatbuffer: " + file.error().brief());
}

SAMARA_NATIVE(jlong, NativeInterpreterWrapper_createInterpreter)
(JNIEnv* env, jclass, jlong model, jlong reporter, jint threads, jboolean xnnpack,
 jobject delegates) {
  return create_interpreter(env, model, reporter, threads, xnnpack, delegates);
}

SAMARA_NATIVE(void, NativeInterpreterWrapper_delete)
(JNIEnv*, jclass, jlong reporter, jlong model, jlong interpreter) {
  if (const auto engine = peek<Engine>(interpreter)) {
    const std::scoped_lock lock(engine->mutex);  // a run in another thread ends first
    for (const jlong handle : engine->family) drop_object(handle);
    drop_object(interpreter);
    engine->interpreter.reset();
    engine->refused = "the interpreter has been closed";
  }
  drop_object(model);
  drop_object(reporter);
}

SAMARA_NATIVE(jlong, NativeInterpreterWrapper_allocateTensors)
(JNIEnv* env, jclass, jlong handle, jlong reporter) {
  const auto engine = find<Engine>(env, handle);
  if (!engine || !find<Reporter>(env, reporter)) return 0;
  const std::scoped_lock lock(engine->mutex);
  allocate(env, *engine, 0);
  return 0;
}

SAMARA_NATIVE(void, NativeInterpreterWrapper_run)
(JNIEnv* env, jclass, jlong handle, jlong reporter) {
  const auto engine = find<Engine>(env, handle);
  if (!engine || !find<Reporter>(env, reporter)) return;
  const std::scoped_lock lock(engine->mutex);
  run(env, *engine, 0, kIllegalArgument);
}

SAMARA_NATIVE(jboolean, NativeInterpreterWrapper_resizeInput)
(JNIEnv* env, jclass, jlong handle, jlong reporter, jint place, jintArray dims, jboolean strict) {
  const auto engine = find<Engine>(env, handle);
  if (!find<Reporter>(env, reporter)) return JNI_FALSE;
  const auto* inputs = ends(env, engine, &schema::Subgraph::inputs);
  const auto shape = numbers_of(env, dims);
  if (!inputs || env->ExceptionCheck()) return JNI_FALSE;
  if (place < 0 || size_t(place) >= inputs->size()) {
    raise(env, kIllegalArgument,
          "Input error: Can not resize " + std::to_string(place) + "-th input for a model having " +
              std::to_string(inputs->size()) + " inputs.");
    return JNI_FALSE;
  }
  const std::scoped_lock lock(engine->mutex);
  return reshape(env, *engine, 0, (*inputs)[size_t(place)], shape, strict != JNI_FALSE,
                 "Internal error: Failed to resize " + std::to_string(place) + "-th input: ");
}

SAMARA_NATIVE(jobjectArray, NativeInterpreterWrapper_getSignatureKeys)
(JNIEnv* env, jclass, jlong handle) {
  const auto engine = find<Engine>(env, handle);
  if (!engine) return nullptr;
  std::vector<std::string> keys;
  for (const schema::Signature& s : engine->file().signatures()) keys.emplace_back(s.key);
  return strings_of(env, keys);
}

SAMARA_NATIVE(jboolean, NativeInterpreterWrapper_hasUnresolvedFlexOp)
(JNIEnv* env, jclass, jlong handle) {
  const auto engine = find<Engine>(env, handle);
  return engine && std::ranges::any_of(unresolved_ops(engine->file()),
                                       [](const auto& op) { return op.starts_with(kFlex); });
}

SAMARA_NATIVE(jint, NativeInterpreterWrapper_getInputCount)(JNIEnv* env, jclass, jlong handle) {
  return count_of(env, handle, &schema::Subgraph::inputs);
}
SAMARA_NATIVE(jint, NativeInterpreterWrapper_getOutputCount)(JNIEnv* env, jclass, jlong handle) {
  return count_of(env, handle, &schema::Subgraph::outputs);
}
SAMARA_NATIVE(jobjectArray, NativeInterpreterWrapper_getInputNames)
(JNIEnv* env, jclass, jlong handle) { return names_of(env, handle, &schema::Subgraph::inputs); }
SAMARA_NATIVE(jobjectArray, NativeInterpreterWrapper_getOutputNames)
(JNIEnv* env, jclass, jlong handle) { return names_of(env, handle, &schema::Subgraph::outputs); }
SAMARA_NATIVE(jint, NativeInterpreterWrapper_getInputTensorIndex)
(JNIEnv* env, jclass, jlong handle, jint place) {
  return tensor_index(env, handle, place, &schema::Subgraph::inputs);
}
SAMARA_NATIVE(jint, NativeInterpreterWrapper_getOutputTensorIndex)
(JNIEnv* env, jclass, jlong handle, jint place) {
  return tensor_index(env, handle, place, &schema::Subgraph::outputs);
}

SAMARA_NATIVE(jint, NativeInterpreterWrapper_getExecutionPlanLength)
(JNIEnv* env, jclass, jlong handle) {
  const auto engine = find<Engine>(env, handle);
  if (!engine || engine->file().subgraphs().empty()) return 0;
  return static_cast<jint>(engine->subgraph(0).operators.size());
}

SAMARA_NATIVE(void, NativeInterpreterWrapper_allowFp16PrecisionForFp32)
(JNIEnv* env, jclass, jlong handle, jboolean allow) {
  if (find<Engine>(env, handle) && allow)
    say_once("setAllowFp16PrecisionForFp32 is ignored: float32 is computed as float32");
}
SAMARA_NATIVE(void, NativeInterpreterWrapper_allowBufferHandleOutput)
(JNIEnv* env, jclass, jlong handle, jboolean allow) {
  if (find<Engine>(env, handle) && allow)
    say_once("setAllowBufferHandleOutput is ignored: outputs lie in the memory of the CPU");
}

SAMARA_NATIVE(jlong, NativeInterpreterWrapper_createCancellationFlag)
(JNIEnv* env, jclass, jlong handle) {
  const auto engine = find<Engine>(env, handle);
  if (!engine) return 0;
  const std::scoped_lock lock(engine->mutex);
  engine->cancel = std::make_shared<Cancel>();
  return handle_of(engine->cancel);
}
SAMARA_NATIVE(jlong, NativeInterpreterWrapper_deleteCancellationFlag)
(JNIEnv*, jclass, jlong flag) {
  drop_object(flag);
  return 0;
}
SAMARA_NATIVE(void, NativeInterpreterWrapper_setCancelled)
(JNIEnv* env, jclass, jlong, jlong flag, jboolean value) {
  if (const auto cancel = find<Cancel>(env, flag)) cancel->set = value != JNI_FALSE;
}

SAMARA_NATIVE(void, NativeInterpreterWrapperExperimental_resetVariableTensors)
(JNIEnv* env, jclass, jlong handle, jlong reporter) {
  const auto engine = find<Engine>(env, handle);
  if (!engine || !find<Reporter>(env, reporter)) return;
  const std::scoped_lock lock(engine->mutex);
  const Status status = engine->interpreter
                            ? engine->interpreter->reset_variables()
                            : Status(Error(Code::failed_precondition, engine->refused));
  if (!status.ok())
    raise(env, kIllegalArgument,
          "Internal error: Failed to reset variable tensors: " + status.error().brief());
}
