// What the native methods of TensorFlow Lite's published classes share: what their handles stand for,
// and what is done with it.
#pragma once

#include <jni.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/handles.h"
#include "samara/runtime/interpreter.h"
#include "tflite/jni/runner.h"

namespace samara::tflite_java {

using namespace jni;  // NOLINT: it is made for this

// --- what handles stand for ----------------------------------------------------------------------

/// Java makes one for each interpreter; exceptions carry the texts themselves.
struct Reporter {};

struct LoadedModel {
  std::shared_ptr<const schema::ModelFile> file;
  const void* data = nullptr;  // null: it was read from a file
  size_t size = 0;
  std::shared_ptr<const Model> built[2] = {};  // by numerics
};

struct Cancel {
  std::atomic<bool> set = false;
};

struct Delegate {};

/// Calls at the same time wait for one another.
struct Engine {
  std::mutex mutex;
  std::shared_ptr<LoadedModel> model;
  std::unique_ptr<Runner> interpreter;  // null: it could not be made, for this reason
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
  std::shared_ptr<Engine> engine;
  const schema::Signature* in_file = nullptr;
  std::map<std::pair<bool, std::string>, jlong> tensors;  // handles, by input or output and name
  int subgraph() const { return int(in_file->subgraph); }
};

struct TensorAt {
  std::shared_ptr<Engine> engine;
  int subgraph = 0;
  int32_t index = 0;
  const schema::Tensor& in_file() const {
    return engine->subgraph(subgraph).tensors[size_t(index)];
  }
};

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
