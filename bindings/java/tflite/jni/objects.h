// What the native methods of TensorFlow Lite's published classes share: handles, texts, exceptions.
//
// A handle is a number that stands for an object here, never its address: whatever Java keeps beyond
// close(), or makes up, is found out and answered with an exception.
#pragma once

#include <jni.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "samara/runtime/interpreter.h"

namespace samara::tflite_java {

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

// --- what handles stand for ----------------------------------------------------------------------

enum class Kind : uint8_t { reporter, model, interpreter, signature, tensor, cancel, delegate };

/// Java makes one for each interpreter; exceptions carry the texts themselves.
struct Reporter {
  static constexpr Kind kind = Kind::reporter;
};

struct LoadedModel {
  static constexpr Kind kind = Kind::model;
  std::shared_ptr<const schema::ModelFile> file;
  std::shared_ptr<const Model> built[2];  // by numerics
};

struct Cancel {
  static constexpr Kind kind = Kind::cancel;
  std::atomic<bool> set = false;
};

struct Delegate {
  static constexpr Kind kind = Kind::delegate;
};

/// Calls at the same time wait for one another.
struct Engine {
  static constexpr Kind kind = Kind::interpreter;
  std::mutex mutex;
  std::shared_ptr<LoadedModel> model;
  std::unique_ptr<Interpreter> interpreter;  // null: it could not be made, for this reason
  std::string refused;
  bool allocated = false;  // at least once
  std::shared_ptr<Cancel> cancel;
  std::map<std::pair<int, int32_t>, std::vector<std::string>> strings;  // given before planning
  std::vector<jlong> family;   // the handles that end with it
  std::vector<jlong> orphans;  // that end if it cannot be allocated: Java then forgets them
  const schema::ModelFile& file() const { return *model->file; }
  const schema::Subgraph& subgraph(int index) const { return file().subgraphs()[size_t(index)]; }
};

struct Signature {
  static constexpr Kind kind = Kind::signature;
  std::shared_ptr<Engine> engine;
  const schema::Signature* in_file = nullptr;
  std::map<std::pair<bool, std::string>, jlong> tensors;  // handles, by input or output and name
  int subgraph() const { return int(in_file->subgraph); }
};

struct TensorAt {
  static constexpr Kind kind = Kind::tensor;
  std::shared_ptr<Engine> engine;
  int subgraph = 0;
  int32_t index = 0;
  const schema::Tensor& in_file() const {
    return engine->subgraph(subgraph).tensors[size_t(index)];
  }
};

// --- handles -------------------------------------------------------------------------------------

jlong add_object(Kind kind, std::shared_ptr<void> object);
std::shared_ptr<void> find_object(Kind kind, jlong handle);
void drop_object(jlong handle);

template <class T>
jlong handle_of(std::shared_ptr<T> object) {
  return add_object(T::kind, std::move(object));
}
template <class T>
std::shared_ptr<T> peek(jlong handle) {
  return std::static_pointer_cast<T>(find_object(T::kind, handle));
}
/// Null: an exception is pending, as in all that follows.
template <class T>
std::shared_ptr<T> find(JNIEnv* env, jlong handle) {
  auto object = peek<T>(handle);
  if (!object) raise(env, kIllegalArgument, "Internal error: Found invalid handle");
  return object;
}

// --- tensors -------------------------------------------------------------------------------------

/// The present form of a tensor. Without an interpreter: none, and an exception is pending.
std::optional<graph::Tensor> tensor_of(JNIEnv* env, Engine& engine, int subgraph, int32_t index);
std::vector<jint> numbers_of(JNIEnv* env, jintArray array);
/// Gives an input a new shape. Whether it differs from the present one; false, too, where an
/// exception is pending, whose text begins with `what`.
bool reshape(JNIEnv* env, Engine& engine, int subgraph, int32_t tensor,
             const std::vector<jint>& shape, bool strict, const std::string& what);
/// Gives a string input its strings, which wait until it is planned.
void set_strings(JNIEnv* env, Engine& engine, const graph::Tensor& tensor, int subgraph,
                 std::vector<std::string> strings);
/// Plans; throws IllegalStateException where that cannot be.
void allocate(JNIEnv* env, Engine& engine, int subgraph);
void run(JNIEnv* env, Engine& engine, int subgraph, const char* exception);

/// Copies between arrays of Java, of any depth, and a tensor's bytes; null-safe, and every length is
/// compared with the tensor's shape. False: an exception is pending.
bool read_array(JNIEnv* env, jobject array, const graph::Tensor& tensor);
bool write_array(JNIEnv* env, jobject array, const graph::Tensor& tensor);
bool read_scalar(JNIEnv* env, jobject value, const graph::Tensor& tensor);
/// Strings and byte[] of an array, or of one value, in order.
bool read_strings(JNIEnv* env, jobject value, int depth, std::vector<std::string>& out);

}  // namespace samara::tflite_java

/// The name under which Java finds a native method.
#define SAMARA_NATIVE(type, name) extern "C" JNIEXPORT type JNICALL Java_org_tensorflow_lite_##name
