// What native methods share that hand out objects: handles, texts, exceptions.
//
// A handle is a number that stands for an object here, never its address: whatever Java keeps beyond
// close(), or makes up, is found out and answered with an exception.
#pragma once

#include <jni.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace samara::jni {

// --- exceptions and texts ------------------------------------------------------------------------

constexpr char kIllegalArgument[] = "java/lang/IllegalArgumentException";
constexpr char kIllegalState[] = "java/lang/IllegalStateException";

/// Throws, unless an exception is pending already.
void raise(JNIEnv* env, const char* type, std::string_view message);
/// Texts cross as UTF-16; what is no text becomes U+FFFD.
std::string text_of(JNIEnv* env, jstring text);
jstring string_of(JNIEnv* env, std::string_view text);
jobjectArray strings_of(JNIEnv* env, const std::vector<std::string>& texts);
/// Whether the object is of the class of that name, "[[F" for one.
bool is_a(JNIEnv* env, jobject object, const std::string& name);
/// Prints it to stderr, the first time.
void say_once(std::string_view line);

// --- handles -------------------------------------------------------------------------------------

/// Tells the types apart that handles stand for.
using Kind = const void*;
template <class T>
Kind kind_of() {
  static const char tag = 0;
  return &tag;
}
jlong add_object(Kind kind, std::shared_ptr<void> object);
std::shared_ptr<void> find_object(Kind kind, jlong handle);
void drop_object(jlong handle);
/// Handles are odd, so that they are told from the addresses of others' objects.
constexpr bool is_handle(jlong number) { return number % 2 != 0; }

template <class T>
jlong handle_of(std::shared_ptr<T> object) {
  return add_object(kind_of<T>(), std::move(object));
}
template <class T>
std::shared_ptr<T> peek(jlong handle) {
  return std::static_pointer_cast<T>(find_object(kind_of<T>(), handle));
}
/// Null: an exception is pending.
template <class T>
std::shared_ptr<T> find(JNIEnv* env, jlong handle) {
  auto object = peek<T>(handle);
  if (!object) raise(env, kIllegalArgument, "Internal error: Found invalid handle");
  return object;
}

}  // namespace samara::jni
