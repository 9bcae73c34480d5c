// Open models and inferences.
#include <memory>

#include "env.h"

namespace samara::java {
namespace {

/// An open model and the app's functions that it calls.
struct OpenModel {
  samara_live_model* model = nullptr;
  std::vector<jobject> functions;
};

OpenModel* open_of(jlong handle) { return from_handle<OpenModel>(handle); }

jlong open(JNIEnv* env, jclass, jlong device, jbyteArray name, jint policy) {
  auto out = std::make_unique<OpenModel>();
  const samara_status status = samara_device_open(device_of(device), Text(env, name).get(),
                                                  static_cast<samara_policy>(policy), &out->model);
  return failed(env, status) ? 0 : handle_of(out.release());
}

void free_model(JNIEnv* env, jclass, jlong handle) {
  OpenModel* open = open_of(handle);
  samara_live_model_free(open->model);
  for (const jobject function : open->functions) env->DeleteGlobalRef(function);
  delete open;
}

jobject file(JNIEnv* env, jclass, jlong handle) {
  samara_files* files = nullptr;
  const samara_status status = samara_live_model_file(open_of(handle)->model, &files);
  return failed(env, status) ? nullptr : first_of(env, files);
}

jobject tensor_of(JNIEnv* env, const samara_tensor& tensor) {
  const jbyteArray name = bytes_of(env, tensor.name);
  const jbyteArray type = name ? bytes_of(env, tensor.type) : nullptr;
  const jintArray shape = type ? env->NewIntArray(tensor.dimensions) : nullptr;
  if (!shape) return nullptr;
  env->SetIntArrayRegion(shape, 0, tensor.dimensions, tensor.shape);
  const jobject out = env->NewObject(java.tensor, java.new_tensor, name, type, shape);
  for (const jobject one : {jobject(name), jobject(type), jobject(shape)}) env->DeleteLocalRef(one);
  return out;
}

jobjectArray tensors(JNIEnv* env, jclass, jlong handle, jboolean outputs) {
  samara_live_model* model = open_of(handle)->model;
  size_t count = 0;
  std::vector<samara_tensor> found;
  do {  // as many as there are, in the version that is then in use
    found.resize(count);
    const samara_status status =
        samara_live_model_tensors(model, outputs, found.data(), found.size(), &count);
    if (failed(env, status)) return nullptr;
  } while (count > found.size());
  const auto size = static_cast<jsize>(count);
  jobjectArray out = env->NewObjectArray(size, java.tensor, nullptr);
  for (jsize i = 0; out && i < size; ++i) {
    const jobject one = tensor_of(env, found[static_cast<size_t>(i)]);
    if (!one) break;  // an exception is pending
    env->SetObjectArrayElement(out, i, one);
    env->DeleteLocalRef(one);
  }
  return out;
}

// --- ways ----------------------------------------------------------------------------------------

/// The arrays as a byte[][]; null: an exception is pending.
template <class At>
jobjectArray arrays_of(JNIEnv* env, size_t count, At&& at) {
  jobjectArray out = env->NewObjectArray(static_cast<jsize>(count), java.bytes, nullptr);
  for (size_t i = 0; out && i < count; ++i) {
    const samara_buffer buffer = at(i);
    const jbyteArray one = bytes_of(env, buffer.data, buffer.size);
    if (!one) return nullptr;
    env->SetObjectArrayElement(out, static_cast<jsize>(i), one);
    env->DeleteLocalRef(one);
  }
  return out;
}

samara_status call_app(void* user, const samara_buffer* inputs, size_t count,
                       samara_answer* answer) {
  JNIEnv* env = env_of_thread();
  const Frame frame(env);
  if (!frame) return SAMARA_RESOURCE_EXHAUSTED;
  const jobjectArray given = arrays_of(env, count, [&](size_t i) { return inputs[i]; });
  if (!given) return SAMARA_RESOURCE_EXHAUSTED;
  const auto outputs = static_cast<jobjectArray>(
      env->CallStaticObjectMethod(java.upcalls, java.call_app, static_cast<jobject>(user), given));
  if (!outputs || env->ExceptionCheck()) return SAMARA_UNAVAILABLE;
  const jsize found = env->GetArrayLength(outputs);
  for (jsize i = 0; i < found; ++i) {
    const auto one = static_cast<jbyteArray>(env->GetObjectArrayElement(outputs, i));
    std::vector<jbyte> bytes(static_cast<size_t>(env->GetArrayLength(one)));
    env->GetByteArrayRegion(one, 0, static_cast<jsize>(bytes.size()), bytes.data());
    samara_answer_add(answer, bytes.data(), bytes.size());
    env->DeleteLocalRef(one);
  }
  return SAMARA_OK;
}

void then(JNIEnv* env, jclass, jlong handle, jint way) {
  failed(env, samara_live_model_then(open_of(handle)->model, static_cast<samara_way>(way)));
}

void then_callback(JNIEnv* env, jclass, jlong handle, jobject function) {
  OpenModel* open = open_of(handle);
  open->functions.push_back(env->NewGlobalRef(function));
  failed(env, samara_live_model_then_callback(open->model, call_app, open->functions.back()));
}

void then_remote(JNIEnv* env, jclass, jlong handle, jbyteArray url, jbyteArray authorization,
                 jlong most_ms) {
  failed(env, samara_live_model_then_remote(open_of(handle)->model, Text(env, url).get(),
                                            Text(env, authorization).get(), most_ms));
}

// --- inferences ----------------------------------------------------------------------------------

/// An input: where a direct buffer lies, or a copy of an array.
samara_buffer input_of(JNIEnv* env, jobject input, std::vector<jbyte>& copy) {
  if (!env->IsInstanceOf(input, java.bytes))
    return {env->GetDirectBufferAddress(input),
            static_cast<size_t>(env->GetDirectBufferCapacity(input))};
  const auto array = static_cast<jbyteArray>(input);
  copy.resize(static_cast<size_t>(env->GetArrayLength(array)));
  env->GetByteArrayRegion(array, 0, static_cast<jsize>(copy.size()), copy.data());
  return {copy.data(), copy.size()};
}

/// What the outputs are; null: an exception is pending.
jobjectArray infos_of(JNIEnv* env, const samara_answer* answer) {
  samara_tensor tensor;
  jsize count = 0;
  while (samara_answer_tensor(answer, static_cast<size_t>(count), &tensor) == SAMARA_OK) ++count;
  const jobjectArray out = env->NewObjectArray(count, java.tensor, nullptr);
  for (jsize i = 0; out && i < count; ++i) {
    samara_answer_tensor(answer, static_cast<size_t>(i), &tensor);
    const jobject one = tensor_of(env, tensor);
    if (!one) return nullptr;
    env->SetObjectArrayElement(out, i, one);
    env->DeleteLocalRef(one);
  }
  return out;
}

/// Null: an exception is pending.
jobject answer_of(JNIEnv* env, const samara_answer* answer) {
  const jobjectArray outputs = arrays_of(env, samara_answer_count(answer),
                                         [&](size_t i) { return samara_answer_output(answer, i); });
  const jobjectArray infos = outputs ? infos_of(env, answer) : nullptr;
  const jbyteArray why = infos ? bytes_of(env, samara_answer_why(answer)) : nullptr;
  if (!why) return nullptr;
  const samara_file* by = samara_answer_file(answer);
  const jobject file = by ? file_of(env, by) : nullptr;
  if (by && !file) return nullptr;
  return env->NewObject(java.answer, java.new_answer, outputs, infos,
                        jint{samara_answer_way(answer)}, why, file);
}

jobject run(JNIEnv* env, jclass, jlong handle, jobjectArray inputs) {
  const auto count = static_cast<size_t>(env->GetArrayLength(inputs));
  std::vector<std::vector<jbyte>> copies(count);
  std::vector<samara_buffer> buffers(count);
  for (size_t i = 0; i < count; ++i) {
    const jobject input = env->GetObjectArrayElement(inputs, static_cast<jsize>(i));
    buffers[i] = input_of(env, input, copies[i]);
    env->DeleteLocalRef(input);  // the array keeps it
  }
  samara_answer* answer = nullptr;
  const samara_status status =
      samara_live_model_run(open_of(handle)->model, buffers.data(), count, &answer);
  if (failed(env, status)) return nullptr;
  const jobject out = answer_of(env, answer);
  samara_answer_free(answer);
  return out;
}

}  // namespace

std::vector<JNINativeMethod> model_methods() {
  return {
      method("open", "(J[BI)J", open),
      method("freeModel", "(J)V", free_model),
      method("file", "(J)Ldev/samara/device/ModelFile;", file),
      method("tensors", "(JZ)[Ldev/samara/device/TensorInfo;", tensors),
      method("then", "(JI)V", then),
      method("thenCallback", "(JLdev/samara/device/LiveModel$Fallback;)V", then_callback),
      method("thenRemote", "(J[B[BJ)V", then_remote),
      method("run", "(J[Ljava/lang/Object;)Ldev/samara/device/Answer;", run),
  };
}

}  // namespace samara::java
