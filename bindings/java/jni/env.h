// What all native methods share: texts, errors, the objects that they make, the library's threads.
//
// Texts cross as byte[] in UTF-8: JNI's own form of them is another, which takes a supplementary
// character for two. No native method returns to Java with a value that it could not make: an
// exception is then pending.
#pragma once

#include <jni.h>

#include <cstdint>
#include <string>
#include <vector>

#include "samara/c/device.h"

namespace samara::java {

/// Classes and methods of Java, found once: a thread of the library would not find the app's.
struct Java {
  JavaVM* vm;
  jclass exception, file, tensor, answer, bytes, upcalls;
  jmethodID new_exception, new_file, new_tensor, new_answer;
  jmethodID state, progress, event, ready, call_app;
};
extern Java java;

/// The environment of this thread, which becomes one of the VM's if it was none and leaves it when
/// it ends. Null: the VM takes no more.
JNIEnv* env_of_thread();

/// Local references that a call from the library leaves behind, freed at its end, and any
/// exception.
class Frame {
 public:
  explicit Frame(JNIEnv* env) : env_(env), made_(env && env->PushLocalFrame(16) == 0) {}
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;
  ~Frame();
  explicit operator bool() const { return made_; }

 private:
  JNIEnv* env_;
  bool made_;
};

/// A byte[] as a text of C; null stays null.
class Text {
 public:
  Text(JNIEnv* env, jbyteArray bytes);
  const char* get() const { return null_ ? nullptr : text_.c_str(); }

 private:
  std::string text_;
  bool null_;
};
/// Those of a byte[][].
std::vector<Text> texts_of(JNIEnv* env, jobjectArray array);

/// Null: an exception is pending, as in all that follows.
jbyteArray bytes_of(JNIEnv* env, const void* data, size_t size);
jbyteArray bytes_of(JNIEnv* env, const char* text);
jobject file_of(JNIEnv* env, const samara_file* file);
/// Takes the files; the first one.
jobject first_of(JNIEnv* env, samara_files* files);

/// Throws what failed. True: something did.
bool failed(JNIEnv* env, samara_status status);

/// A pointer as Java keeps it, wherever pointers are shorter, too.
template <class T>
jlong handle_of(T* pointer) {
  return static_cast<jlong>(reinterpret_cast<uintptr_t>(pointer));
}
template <class T>
T* from_handle(jlong handle) {
  return reinterpret_cast<T*>(static_cast<uintptr_t>(handle));
}

/// The tables of native methods.
std::vector<JNINativeMethod> device_methods();
std::vector<JNINativeMethod> model_methods();

template <class Function>
JNINativeMethod method(const char* name, const char* signature, Function* function) {
  return {const_cast<char*>(name), const_cast<char*>(signature), reinterpret_cast<void*>(function)};
}

/// The device's own pointer behind the handle that Java holds.
samara_device* device_of(jlong handle);

}  // namespace samara::java
