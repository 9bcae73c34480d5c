// The native methods of dev.samara.engine: models and sessions as they are in C++.
#include <atomic>
#include <cstring>
#include <limits>
#include <mutex>

#include "common/handles.h"
#include "samara/runtime/session.h"

namespace samara::engine_java {
namespace {

using namespace jni;  // NOLINT: it is made for this

struct Loaded {
  std::shared_ptr<const Model> model;
};
/// Calls at the same time wait for one another.
struct Running {
  std::mutex mutex;
  std::unique_ptr<Session> session;
};
struct Cancel {
  std::atomic<bool> set = false;
};

/// Throws dev.samara.engine.EngineException. Always false.
bool fail(JNIEnv* env, const Error& error) {
  const jclass type = env->FindClass("dev/samara/engine/EngineException");
  const jmethodID make =
      type ? env->GetMethodID(type, "<init>", "(Ljava/lang/String;Ljava/lang/String;)V") : nullptr;
  const jstring code = make ? string_of(env, name(error.code())) : nullptr;
  const jstring text = code ? string_of(env, error.brief()) : nullptr;
  const jobject made = text ? env->NewObject(type, make, code, text) : nullptr;
  if (made) env->Throw(static_cast<jthrowable>(made));
  return false;
}
bool good(JNIEnv* env, const Status& status) { return status.ok() || fail(env, status.error()); }

jlong keep(JNIEnv* env, Model::Loaded model) {
  if (model.ok()) return handle_of(std::make_shared<Loaded>(Loaded{*model}));
  return fail(env, model.error());
}

ModelOptions options_of(jboolean reference) {
  ModelOptions options;
  options.numerics = reference ? Numerics::reference : Numerics::xnnpack;
  return options;
}

const graph::Tensor* tensor_of(JNIEnv* env, const Session& session, bool output, jint i) {
  const size_t count = output ? session.outputs() : session.inputs();
  if (i >= 0 && size_t(i) < count)
    return output ? &session.output(size_t(i)) : &session.input(size_t(i));
  fail(env, Error(Code::invalid_argument,
                  "there is no " + std::string(output ? "output " : "input ") + std::to_string(i)));
  return nullptr;
}

jbyteArray bytes_of(JNIEnv* env, const void* data, size_t size) {
  if (size > size_t(std::numeric_limits<jsize>::max())) {
    fail(env, Error(Code::resource_exhausted, "the output has more bytes than an array of Java"));
    return nullptr;
  }
  const jbyteArray out = env->NewByteArray(static_cast<jsize>(size));
  if (out && size > 0)
    env->SetByteArrayRegion(out, 0, static_cast<jsize>(size), static_cast<const jbyte*>(data));
  return out;
}

std::string bytes_from(JNIEnv* env, jbyteArray bytes) {
  std::string out(bytes ? size_t(env->GetArrayLength(bytes)) : 0, '\0');
  if (!out.empty())
    env->GetByteArrayRegion(bytes, 0, static_cast<jsize>(out.size()),
                            reinterpret_cast<jbyte*>(out.data()));
  return out;
}

/// Names and, for each, its type, shape and quantization as numbers; Java makes objects of them.
jobjectArray describe(JNIEnv* env, const std::vector<TensorInfo>& list) {
  const jclass type = env->FindClass("java/lang/Object");
  const jobjectArray out =
      type ? env->NewObjectArray(static_cast<jsize>(3 * list.size()), type, nullptr) : nullptr;
  for (size_t i = 0; out && i < list.size(); ++i) {
    const TensorInfo& t = list[i];
    std::vector<jint> shape{static_cast<jint>(t.type)};
    shape.insert(shape.end(), t.signature.begin(), t.signature.end());
    const float quant[] = {t.quant.scale(), float(t.quant.zero_point())};
    const jstring name = string_of(env, t.name);
    const jintArray numbers = name ? env->NewIntArray(static_cast<jsize>(shape.size())) : nullptr;
    const jfloatArray pair = numbers ? env->NewFloatArray(2) : nullptr;
    if (!pair) return nullptr;
    env->SetIntArrayRegion(numbers, 0, static_cast<jsize>(shape.size()), shape.data());
    env->SetFloatArrayRegion(pair, 0, 2, quant);
    jsize at = static_cast<jsize>(3 * i);
    for (const jobject one : {jobject(name), jobject(numbers), jobject(pair)}) {
      env->SetObjectArrayElement(out, at++, one);
      env->DeleteLocalRef(one);
    }
  }
  return out;
}

}  // namespace
}  // namespace samara::engine_java

#define NATIVE(type, name) extern "C" JNIEXPORT type JNICALL Java_dev_samara_engine_Native_##name

using namespace samara;               // NOLINT: the natives below are what these are made for
using namespace samara::jni;          // NOLINT
using namespace samara::engine_java;  // NOLINT

NATIVE(jlong, load)(JNIEnv* env, jclass, jstring path, jboolean reference) {
  return keep(env, Model::load(text_of(env, path), options_of(reference)));
}

NATIVE(jlong, loadBytes)(JNIEnv* env, jclass, jbyteArray bytes, jboolean reference) {
  const std::string copy = bytes_from(env, bytes);
  return keep(env, Model::load(std::as_bytes(std::span(copy)), options_of(reference)));
}

NATIVE(void, free)(JNIEnv*, jclass, jlong handle) {
  if (const auto running = peek<Running>(handle)) {
    const std::scoped_lock lock(running->mutex);  // a run in another thread ends first
    running->session.reset();
  }
  drop_object(handle);
}

NATIVE(jobjectArray, signatures)(JNIEnv* env, jclass, jlong handle) {
  const auto loaded = find<Loaded>(env, handle);
  if (!loaded) return nullptr;
  std::vector<std::string> keys;
  for (const SignatureInfo& s : loaded->model->signatures()) keys.emplace_back(s.key);
  return strings_of(env, keys);
}

NATIVE(jlong, session)
(JNIEnv* env, jclass, jlong handle, jstring signature, jint threads, jlong limit_ms) {
  const auto loaded = find<Loaded>(env, handle);
  if (!loaded) return 0;
  SessionOptions options;
  options.signature = text_of(env, signature);
  options.threads = threads;
  options.time_limit_ms = limit_ms;
  auto made = Session::create(loaded->model, options);
  if (!made.ok()) return fail(env, made.error());
  const auto running = std::make_shared<Running>();
  running->session = *std::move(made);
  return handle_of(running);
}

/// The session of a handle, locked; else the native method returns `nothing`, an exception pending.
#define SESSION(nothing)                                \
  const auto running = find<Running>(env, handle);      \
  if (!running) return nothing;                         \
  const std::scoped_lock lock(running->mutex);          \
  if (!running->session) {                              \
    raise(env, kIllegalState, "the session is closed"); \
    return nothing;                                     \
  }                                                     \
  Session& session = *running->session

NATIVE(jobjectArray, tensors)(JNIEnv* env, jclass, jlong handle, jboolean outputs) {
  SESSION(nullptr);
  return describe(env, outputs ? session.signature().outputs : session.signature().inputs);
}

NATIVE(jintArray, shape)(JNIEnv* env, jclass, jlong handle, jboolean output, jint i) {
  SESSION(nullptr);
  const graph::Tensor* const t = tensor_of(env, session, output, i);
  const jintArray out = t ? env->NewIntArray(t->shape.rank()) : nullptr;
  if (out) env->SetIntArrayRegion(out, 0, t->shape.rank(), t->shape.dims().data());
  return out;
}

NATIVE(void, resize)(JNIEnv* env, jclass, jlong handle, jint i, jintArray dims) {
  SESSION();
  std::vector<jint> shape(size_t(env->GetArrayLength(dims)));
  env->GetIntArrayRegion(dims, 0, static_cast<jsize>(shape.size()), shape.data());
  good(env, session.resize(size_t(i), shape));
}

NATIVE(void, set)(JNIEnv* env, jclass, jlong handle, jint i, jbyteArray bytes) {
  SESSION();
  const std::string copy = bytes_from(env, bytes);
  good(env, session.set_input(size_t(i), std::as_bytes(std::span(copy))));
}

NATIVE(void, setStrings)(JNIEnv* env, jclass, jlong handle, jint i, jobjectArray texts) {
  SESSION();
  std::vector<std::string> strings;
  for (jsize k = 0; k < env->GetArrayLength(texts); ++k) {
    const jobject one = env->GetObjectArrayElement(texts, k);
    strings.push_back(bytes_from(env, static_cast<jbyteArray>(one)));
    env->DeleteLocalRef(one);
  }
  good(env, session.set_input(size_t(i), std::span<const std::string>(strings)));
}

NATIVE(jlong, cancellation)(JNIEnv*, jclass) { return handle_of(std::make_shared<Cancel>()); }
NATIVE(void, cancel)(JNIEnv* env, jclass, jlong handle) {
  if (const auto cancel = find<Cancel>(env, handle)) cancel->set = true;
}

NATIVE(void, run)(JNIEnv* env, jclass, jlong handle, jlong deadline_ms, jlong cancellation) {
  SESSION();
  const auto cancel = peek<Cancel>(cancellation);
  RunOptions options;
  options.deadline_ms = deadline_ms;
  if (cancel) options.cancel = &cancel->set;
  good(env, session.run(options));
}

NATIVE(jbyteArray, output)(JNIEnv* env, jclass, jlong handle, jint i) {
  SESSION(nullptr);
  const graph::Tensor* const t = tensor_of(env, session, true, i);
  if (!t) return nullptr;
  if (t->data) return bytes_of(env, t->data, t->bytes);
  fail(env, Error(Code::failed_precondition, "run() comes before the outputs"));
  return nullptr;
}

NATIVE(jobjectArray, strings)(JNIEnv* env, jclass, jlong handle, jint i) {
  SESSION(nullptr);
  const auto texts = session.output_strings(size_t(i));
  const jclass type = env->FindClass("[B");
  if (!texts.ok()) fail(env, texts.error());
  if (!texts.ok() || !type) return nullptr;
  const jobjectArray out = env->NewObjectArray(static_cast<jsize>(texts->size()), type, nullptr);
  for (size_t k = 0; out && k < texts->size(); ++k) {
    const jbyteArray one = bytes_of(env, (*texts)[k].data(), (*texts)[k].size());
    if (!one) return nullptr;
    env->SetObjectArrayElement(out, static_cast<jsize>(k), one);
    env->DeleteLocalRef(one);
  }
  return out;
}

NATIVE(void, reset)(JNIEnv* env, jclass, jlong handle) {
  SESSION();
  good(env, session.reset_variables());
}
