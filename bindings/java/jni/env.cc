#include "env.h"

#include <pthread.h>

#include <cstring>
#include <limits>

namespace samara::java {

Java java = {};

namespace {

pthread_key_t attached;  // its destructor is what sees a thread end

void leave(void*) { java.vm->DetachCurrentThread(); }

jclass find(JNIEnv* env, const char* name) {
  const jclass local = env->FindClass(name);
  return local ? static_cast<jclass>(env->NewGlobalRef(local)) : nullptr;
}

bool find_classes(JNIEnv* env) {
  java.exception = find(env, "dev/samara/device/SamaraException");
  java.file = find(env, "dev/samara/device/ModelFile");
  java.tensor = find(env, "dev/samara/device/TensorInfo");
  java.answer = find(env, "dev/samara/device/Answer");
  java.upcalls = find(env, "dev/samara/device/Upcalls");
  java.bytes = find(env, "[B");
  return !env->ExceptionCheck();
}

bool find_methods(JNIEnv* env) {
  java.new_exception = env->GetMethodID(java.exception, "<init>", "(I[B)V");
  java.new_file = env->GetMethodID(java.file, "<init>", "([B[B[B[B[B[BJZ)V");
  java.new_tensor = env->GetMethodID(java.tensor, "<init>", "([B[B[I)V");
  java.new_answer =
      env->GetMethodID(java.answer, "<init>",
                       "([[B[Ldev/samara/device/TensorInfo;I[BLdev/samara/device/ModelFile;)V");
  java.state = env->GetMethodID(java.upcalls, "state", "()[J");
  java.progress = env->GetMethodID(java.upcalls, "progress", "([BJJD)V");
  java.event = env->GetMethodID(java.upcalls, "event", "([B[B[B[B[B)V");
  java.ready = env->GetStaticMethodID(
      java.upcalls, "ready",
      "(Ldev/samara/device/Upcalls$Ready;Ldev/samara/device/ModelFile;I[B)V");
  java.call_app = env->GetStaticMethodID(java.upcalls, "answer",
                                         "(Ldev/samara/device/LiveModel$Fallback;[[B)[[B");
  return !env->ExceptionCheck();
}

void raise(JNIEnv* env, samara_status status, const char* text) {
  const jbyteArray message = bytes_of(env, text);
  if (!message) return;
  const jobject error = env->NewObject(java.exception, java.new_exception, jint{status}, message);
  if (error) env->Throw(static_cast<jthrowable>(error));
}

}  // namespace

JNIEnv* env_of_thread() {
  JNIEnv* env = nullptr;
  if (java.vm->GetEnv(reinterpret_cast<void**>(&env), JNI_VERSION_1_6) == JNI_OK) return env;
#ifdef __ANDROID__
  const jint attached_now = java.vm->AttachCurrentThreadAsDaemon(&env, nullptr);
#else
  const jint attached_now =
      java.vm->AttachCurrentThreadAsDaemon(reinterpret_cast<void**>(&env), nullptr);
#endif
  if (attached_now != JNI_OK) return nullptr;
  pthread_setspecific(attached, env);
  return env;
}

Frame::~Frame() {
  if (!made_) return;
  if (env_->ExceptionCheck()) env_->ExceptionClear();
  env_->PopLocalFrame(nullptr);
}

Text::Text(JNIEnv* env, jbyteArray bytes) : null_(!bytes) {
  if (null_) return;
  text_.resize(static_cast<size_t>(env->GetArrayLength(bytes)));
  env->GetByteArrayRegion(bytes, 0, static_cast<jsize>(text_.size()),
                          reinterpret_cast<jbyte*>(text_.data()));
}

std::vector<Text> texts_of(JNIEnv* env, jobjectArray array) {
  std::vector<Text> out;
  const jsize count = env->GetArrayLength(array);
  for (jsize i = 0; i < count; ++i) {
    const auto one = static_cast<jbyteArray>(env->GetObjectArrayElement(array, i));
    out.emplace_back(env, one);
    env->DeleteLocalRef(one);
  }
  return out;
}

jbyteArray bytes_of(JNIEnv* env, const void* data, size_t size) {
  if (size > static_cast<size_t>(std::numeric_limits<jsize>::max())) {
    raise(env, SAMARA_RESOURCE_EXHAUSTED, "more bytes than an array of Java has");
    return nullptr;
  }
  const jbyteArray out = env->NewByteArray(static_cast<jsize>(size));
  if (out && size > 0)
    env->SetByteArrayRegion(out, 0, static_cast<jsize>(size), static_cast<const jbyte*>(data));
  return out;
}

jbyteArray bytes_of(JNIEnv* env, const char* text) {
  return bytes_of(env, text, std::strlen(text));
}

jobject file_of(JNIEnv* env, const samara_file* file) {
  const char* texts[] = {file->name,   file->version, file->path,
                         file->sha256, file->source,  file->state};
  jvalue values[8] = {};
  for (size_t i = 0; i < std::size(texts); ++i) {
    values[i].l = bytes_of(env, texts[i]);
    if (!values[i].l) return nullptr;
  }
  values[6].j = static_cast<jlong>(file->size);
  values[7].z = file->proven != 0;
  const jobject out = env->NewObjectA(java.file, java.new_file, values);
  for (size_t i = 0; i < std::size(texts); ++i) env->DeleteLocalRef(values[i].l);
  return out;
}

jobject first_of(JNIEnv* env, samara_files* files) {
  const samara_file* file = samara_files_at(files, 0);
  const jobject out = file ? file_of(env, file) : nullptr;
  samara_files_free(files);
  return out;
}

bool failed(JNIEnv* env, samara_status status) {
  if (status == SAMARA_OK) return false;
  raise(env, status, samara_device_message());
  return true;
}

}  // namespace samara::java

extern "C" JNIEXPORT jint JNI_OnLoad(JavaVM* vm, void*) {
  using namespace samara::java;
  JNIEnv* env = nullptr;
  java.vm = vm;
  if (vm->GetEnv(reinterpret_cast<void**>(&env), JNI_VERSION_1_6) != JNI_OK) return JNI_ERR;
  if (pthread_key_create(&attached, leave) != 0) return JNI_ERR;
  if (!find_classes(env) || !find_methods(env)) return JNI_ERR;
  const jclass native = env->FindClass("dev/samara/device/Native");
  if (!native) return JNI_ERR;
  for (const auto& methods : {device_methods(), model_methods()})
    if (env->RegisterNatives(native, methods.data(), static_cast<jint>(methods.size())) != 0)
      return JNI_ERR;
  return JNI_VERSION_1_6;
}
