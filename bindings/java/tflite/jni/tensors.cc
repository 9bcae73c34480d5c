// org.tensorflow.lite.TensorImpl.
#include <algorithm>
#include <cstring>
#include <limits>

#include "tflite/jni/objects.h"

namespace samara::tflite_java {
namespace {

/// A tensor in its present form, locked against runs and close().
class Look {
 public:
  Look(JNIEnv* env, jlong handle) : at_(peek<TensorAt>(handle)) {
    if (!at_) {
      raise(env, kIllegalArgument, "Internal error: Invalid handle to TfLiteTensor.");
      return;
    }
    lock_ = std::unique_lock(at_->engine->mutex);
    tensor_ = tensor_of(env, *at_->engine, at_->subgraph, at_->index);
  }
  explicit operator bool() const { return tensor_.has_value(); }
  const graph::Tensor* operator->() const { return &*tensor_; }
  const graph::Tensor& operator*() const { return *tensor_; }
  const TensorAt& at() const { return *at_; }

  /// Whether there is memory to read; else an exception is pending.
  bool has_memory(JNIEnv* env, const char* what = "Tensor") const {
    if (tensor_->data) return true;
    raise(env, kIllegalArgument,
          std::string("Internal error: ") + what + " hasn't been allocated.");
    return false;
  }
  /// Whether it may be written, too. Strings find their memory when they are there.
  bool is_writable(JNIEnv* env) const {
    if (tensor_->constant) {
      raise(env, kIllegalArgument,
            "Internal error: tensor '" + std::string(tensor_->name) + "' is a constant");
      return false;
    }
    return tensor_->type == Type::string || has_memory(env, "Target Tensor");
  }
  void set_strings(JNIEnv* env, std::vector<std::string> strings) const {
    tflite_java::set_strings(env, *at_->engine, *tensor_, at_->subgraph, std::move(strings));
  }

 private:
  std::shared_ptr<TensorAt> at_;
  std::unique_lock<std::mutex> lock_;
  std::optional<graph::Tensor> tensor_;
};

/// The type's number in TensorFlow Lite's C API, which the classes go by: the file's numbers in
/// another order.
jint c_type(Type type) {
  if (type == Type::f32) return 1;
  if (type == Type::f16) return 10;
  return static_cast<jint>(type) + (type >= Type::f64 ? 1 : 0);
}

jintArray ints_of(JNIEnv* env, std::span<const int32_t> values) {
  const jintArray out = env->NewIntArray(static_cast<jsize>(values.size()));
  if (out) env->SetIntArrayRegion(out, 0, static_cast<jsize>(values.size()), values.data());
  return out;
}

/// Bytes of a tensor that has none yet, for the shape that it is going to have.
uint64_t bytes_of(const graph::Tensor& t) {
  if (t.data || bits(t.type) == 0) return t.bytes;
  return (uint64_t(t.shape.elements()) * uint64_t(bits(t.type)) + 7) / 8;
}

bool refuse_scalar(JNIEnv* env, const graph::Tensor& t) {
  if (t.shape.rank() > 0) return false;
  raise(env, kIllegalArgument, "Internal error: Cannot copy empty/scalar Tensors.");
  return true;
}

/// How many bytes a direct buffer holds, whatever its elements are.
jlong bytes_of_buffer(JNIEnv* env, jobject buffer) {
  struct {
    const char* type;
    jlong bytes;
  } constexpr kWider[] = {{"java/nio/ShortBuffer", 2},
                          {"java/nio/IntBuffer", 4},
                          {"java/nio/FloatBuffer", 4},
                          {"java/nio/LongBuffer", 8}};
  const jlong capacity = env->GetDirectBufferCapacity(buffer);
  for (const auto& wider : kWider)
    if (is_a(env, buffer, wider.type)) return capacity * wider.bytes;
  return capacity;
}

/// Constants may lie in memory that cannot be written.
jobject read_only(JNIEnv* env, jobject buffer) {
  const jclass type = env->FindClass("java/nio/ByteBuffer");
  const jmethodID method =
      type ? env->GetMethodID(type, "asReadOnlyBuffer", "()Ljava/nio/ByteBuffer;") : nullptr;
  return method ? env->CallObjectMethod(buffer, method) : nullptr;
}

}  // namespace
}  // namespace samara::tflite_java

using namespace samara;               // NOLINT: the natives below are what these are made for
using namespace samara::tflite_java;  // NOLINT

SAMARA_NATIVE(jlong, TensorImpl_create)
(JNIEnv* env, jclass, jlong handle, jint index, jint subgraph) {
  const auto engine = find<Engine>(env, handle);
  if (!engine) return 0;
  const auto graphs = engine->file().subgraphs();
  const bool known = subgraph >= 0 && size_t(subgraph) < graphs.size() && index >= 0 &&
                     size_t(index) < graphs[size_t(subgraph)].tensors.size();
  if (!known) {
    raise(env, kIllegalArgument, "Internal error: there is no tensor " + std::to_string(index));
    return 0;
  }
  const jlong made = handle_of(std::make_shared<TensorAt>(TensorAt{engine, subgraph, index}));
  const std::scoped_lock lock(engine->mutex);
  engine->family.push_back(made);
  return made;
}

SAMARA_NATIVE(void, TensorImpl_delete)(JNIEnv*, jclass, jlong handle) {
  if (const auto at = peek<TensorAt>(handle)) {
    const std::scoped_lock lock(at->engine->mutex);
    std::erase(at->engine->family, handle);
  }
  drop_object(handle);
}

SAMARA_NATIVE(jobject, TensorImpl_buffer)(JNIEnv* env, jclass, jlong handle) {
  const Look t(env, handle);
  if (!t || !t.has_memory(env)) return nullptr;
  const jobject buffer = env->NewDirectByteBuffer(t->data, static_cast<jlong>(t->bytes));
  return buffer && t->constant ? read_only(env, buffer) : buffer;
}

SAMARA_NATIVE(void, TensorImpl_writeDirectBuffer)
(JNIEnv* env, jclass, jlong handle, jobject source) {
  const Look t(env, handle);
  if (!t || !t.is_writable(env)) return;
  const void* const from = source ? env->GetDirectBufferAddress(source) : nullptr;
  if (!from) return raise(env, kIllegalArgument, "Input ByteBuffer is not a direct buffer");
  const jlong given = bytes_of_buffer(env, source);
  if (given < 0 || uint64_t(given) < t->bytes)
    return raise(env, kIllegalArgument,
                 "Internal error: the buffer has " + std::to_string(given) +
                     " bytes, the tensor takes " + std::to_string(t->bytes));
  if (t->type != Type::string) {
    std::memcpy(t->data, from, t->bytes);
    return;
  }
  const auto strings =
      unpack_strings({static_cast<const std::byte*>(from), static_cast<size_t>(given)});
  if (!strings.ok())
    return raise(env, kIllegalArgument, "Internal error: " + strings.error().brief());
  t.set_strings(env, {strings->begin(), strings->end()});
}

SAMARA_NATIVE(void, TensorImpl_readMultiDimensionalArray)
(JNIEnv* env, jclass, jlong handle, jobject to) {
  const Look t(env, handle);
  if (t && to && !refuse_scalar(env, *t) && t.has_memory(env)) write_array(env, to, *t);
}

SAMARA_NATIVE(void, TensorImpl_writeMultiDimensionalArray)
(JNIEnv* env, jclass, jlong handle, jobject from) {
  const Look t(env, handle);
  if (!t || !from || refuse_scalar(env, *t) || !t.is_writable(env)) return;
  if (t->type != Type::string) {
    read_array(env, from, *t);
    return;
  }
  std::vector<std::string> strings;
  if (read_strings(env, from, t->shape.rank(), strings)) t.set_strings(env, std::move(strings));
}

SAMARA_NATIVE(void, TensorImpl_writeScalar)(JNIEnv* env, jclass, jlong handle, jobject value) {
  const Look t(env, handle);
  if (!t || !t.is_writable(env)) return;
  if (t->shape.elements() != 1)
    return raise(env, kIllegalArgument,
                 "Internal error: Cannot write Java scalar to non-scalar Tensor.");
  if (t->type != Type::string) {
    read_scalar(env, value, *t);
    return;
  }
  std::vector<std::string> strings;
  if (read_strings(env, value, 0, strings)) t.set_strings(env, std::move(strings));
}

SAMARA_NATIVE(jint, TensorImpl_dtype)(JNIEnv* env, jclass, jlong handle) {
  const Look t(env, handle);
  return t ? c_type(t->type) : 0;
}

SAMARA_NATIVE(jintArray, TensorImpl_shape)(JNIEnv* env, jclass, jlong handle) {
  const Look t(env, handle);
  return t ? ints_of(env, t->shape.dims()) : nullptr;
}

SAMARA_NATIVE(jintArray, TensorImpl_shapeSignature)(JNIEnv* env, jclass, jlong handle) {
  const Look t(env, handle);
  if (!t) return nullptr;
  const auto& signature = t.at().in_file().signature;
  return signature.empty() ? ints_of(env, t->shape.dims()) : ints_of(env, signature);
}

SAMARA_NATIVE(jint, TensorImpl_numBytes)(JNIEnv* env, jclass, jlong handle) {
  const Look t(env, handle);
  if (!t) return 0;
  const uint64_t bytes = bytes_of(*t);
  if (bytes <= uint64_t(std::numeric_limits<jint>::max())) return static_cast<jint>(bytes);
  raise(
      env, kIllegalArgument,
      "Internal error: the tensor has " + std::to_string(bytes) + " bytes, more than Java counts");
  return 0;
}

SAMARA_NATIVE(jboolean, TensorImpl_hasDelegateBufferHandle)(JNIEnv* env, jclass, jlong handle) {
  const Look t(env, handle);
  if (!t || t.at().subgraph != 0) return JNI_FALSE;
  return t.at().engine->interpreter->held_by_delegate(t.at().index);
}

SAMARA_NATIVE(jint, TensorImpl_index)(JNIEnv* env, jclass, jlong handle) {
  const Look t(env, handle);
  return t ? t.at().index : -1;
}

SAMARA_NATIVE(jstring, TensorImpl_name)(JNIEnv* env, jclass, jlong handle) {
  const Look t(env, handle);
  return t ? string_of(env, t->name) : nullptr;
}

SAMARA_NATIVE(jfloat, TensorImpl_quantizationScale)(JNIEnv* env, jclass, jlong handle) {
  const Look t(env, handle);
  return t && t->quant.scales.size() == 1 ? t->quant.scale() : 0;
}

SAMARA_NATIVE(jint, TensorImpl_quantizationZeroPoint)(JNIEnv* env, jclass, jlong handle) {
  const Look t(env, handle);
  return t && t->quant.scales.size() == 1 ? t->quant.zero_point() : 0;
}
