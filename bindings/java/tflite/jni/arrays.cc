// Arrays of Java, of any depth, to a tensor's bytes and back.
#include <cstring>
#include <span>

#include "tflite/jni/objects.h"

namespace samara::tflite_java {
namespace {

/// An array type of Java with a tensor's elements: its name below "[", and the calls that copy.
struct Element {
  char code;
  size_t bytes;
  void (*get)(JNIEnv*, jobject, jsize, void*);
  void (*set)(JNIEnv*, jobject, jsize, const void*);
};

template <class Array, class T, void (JNIEnv::*Get)(Array, jsize, jsize, T*),
          void (JNIEnv::*Set)(Array, jsize, jsize, const T*)>
constexpr Element element(char code) {
  return {code, sizeof(T),
          [](JNIEnv* env, jobject array, jsize count, void* to) {
            (env->*Get)(static_cast<Array>(array), 0, count, static_cast<T*>(to));
          },
          [](JNIEnv* env, jobject array, jsize count, const void* from) {
            (env->*Set)(static_cast<Array>(array), 0, count, static_cast<const T*>(from));
          }};
}

const Element* element_of(Type type) {
  static constexpr Element f32 =
      element<jfloatArray, jfloat, &JNIEnv::GetFloatArrayRegion, &JNIEnv::SetFloatArrayRegion>('F');
  static constexpr Element i32 =
      element<jintArray, jint, &JNIEnv::GetIntArrayRegion, &JNIEnv::SetIntArrayRegion>('I');
  static constexpr Element i16 =
      element<jshortArray, jshort, &JNIEnv::GetShortArrayRegion, &JNIEnv::SetShortArrayRegion>('S');
  static constexpr Element i64 =
      element<jlongArray, jlong, &JNIEnv::GetLongArrayRegion, &JNIEnv::SetLongArrayRegion>('J');
  static constexpr Element i8 =
      element<jbyteArray, jbyte, &JNIEnv::GetByteArrayRegion, &JNIEnv::SetByteArrayRegion>('B');
  static constexpr Element boolean =
      element<jbooleanArray, jboolean, &JNIEnv::GetBooleanArrayRegion,
              &JNIEnv::SetBooleanArrayRegion>('Z');
  switch (type) {
    case Type::f32:
      return &f32;
    case Type::i32:
      return &i32;
    case Type::i16:
      return &i16;
    case Type::i64:
      return &i64;
    case Type::i8:
    case Type::u8:
      return &i8;
    case Type::boolean:
      return &boolean;
    default:
      return nullptr;
  }
}

bool refuse(JNIEnv* env, const std::string& why) {
  raise(env, kIllegalArgument, "Internal error: " + why);
  return false;
}

/// Whether it is an array of arrays ... of elements of that kind.
bool is_array(JNIEnv* env, jobject array, int depth, const std::string& element) {
  return is_a(env, array, std::string(size_t(depth), '[') + element);
}

/// Whether an array has as many elements as the tensor's shape says; Java's own check may be out of
/// date, since other threads may write to the array.
bool has_length(JNIEnv* env, jobject array, int32_t length) {
  if (!array) return refuse(env, "an array within the array is null");
  const jsize found = env->GetArrayLength(static_cast<jarray>(array));
  return found == length ||
         refuse(env, "an array has " + std::to_string(found) + " elements where the tensor has " +
                         std::to_string(length));
}

/// Calls `row` for each innermost array, in order.
template <class Row>
bool walk(JNIEnv* env, jobject array, std::span<const int32_t> shape, const Row& row) {
  if (!has_length(env, array, shape[0])) return false;
  if (shape.size() == 1) return row(array, shape[0]);
  for (jsize i = 0; i < shape[0]; ++i) {
    const jobject inner = env->GetObjectArrayElement(static_cast<jobjectArray>(array), i);
    const bool good = walk(env, inner, shape.subspan(1), row);
    env->DeleteLocalRef(inner);
    if (!good) return false;
  }
  return true;
}

/// Calls `copy` for each innermost array with its part of the tensor's bytes.
template <class Copy>
bool walk_numbers(JNIEnv* env, jobject array, const graph::Tensor& t, const Copy& copy) {
  const Element* const e = element_of(t.type);
  if (!e) return refuse(env, "no array of Java holds " + std::string(name(t.type)));
  if (!is_array(env, array, t.shape.rank(), {e->code}))
    return refuse(env, "the array is not one of " + std::string(name(t.type)));
  std::span<std::byte> rest(t.data, t.bytes);
  return walk(env, array, t.shape.dims(), [&](jobject row, int32_t count) {
    const size_t bytes = size_t(count) * e->bytes;
    if (bytes > rest.size()) return refuse(env, "the tensor is smaller than its shape");
    copy(*e, row, count, rest.data());
    rest = rest.subspan(bytes);
    return !env->ExceptionCheck();
  });
}

bool write_strings(JNIEnv* env, jobject array, const graph::Tensor& t) {
  const auto strings = unpack_strings({t.data, t.bytes});
  if (!strings.ok()) return refuse(env, strings.error().brief());
  if (!is_array(env, array, t.shape.rank(), "Ljava/lang/String;"))
    return refuse(env, "strings are copied to arrays of String only");
  size_t next = 0;
  return walk(env, array, t.shape.dims(), [&](jobject row, int32_t count) {
    for (jsize i = 0; i < count; ++i) {
      if (next == strings->size()) return refuse(env, "the tensor holds fewer strings");
      const jstring one = string_of(env, (*strings)[next++]);
      if (!one) return false;
      env->SetObjectArrayElement(static_cast<jobjectArray>(row), i, one);
      env->DeleteLocalRef(one);
    }
    return !env->ExceptionCheck();
  });
}

bool read_string(JNIEnv* env, jobject value, std::vector<std::string>& out) {
  if (!value) return refuse(env, "a string is null");
  if (is_array(env, value, 1, "B")) {
    const auto bytes = static_cast<jbyteArray>(value);
    std::string& text = out.emplace_back(size_t(env->GetArrayLength(bytes)), '\0');
    env->GetByteArrayRegion(bytes, 0, static_cast<jsize>(text.size()),
                            reinterpret_cast<jbyte*>(text.data()));
    return true;
  }
  if (!is_a(env, value, "java/lang/String"))
    return refuse(env, "the value is neither a String nor a byte[]");
  out.push_back(text_of(env, static_cast<jstring>(value)));
  return true;
}

}  // namespace

bool read_array(JNIEnv* env, jobject array, const graph::Tensor& tensor) {
  return walk_numbers(env, array, tensor,
                      [&](const Element& e, jobject row, jsize count, std::byte* at) {
                        e.get(env, row, count, at);
                      });
}

bool write_array(JNIEnv* env, jobject array, const graph::Tensor& tensor) {
  if (tensor.type == Type::string) return write_strings(env, array, tensor);
  return walk_numbers(env, array, tensor,
                      [&](const Element& e, jobject row, jsize count, const std::byte* at) {
                        e.set(env, row, count, at);
                      });
}

bool read_strings(JNIEnv* env, jobject value, int depth, std::vector<std::string>& out) {
  if (depth == 0) return read_string(env, value, out);
  if (!value || !is_array(env, value, 1, "Ljava/lang/Object;"))
    return refuse(env, "the array has fewer dimensions than the tensor");
  const auto array = static_cast<jobjectArray>(value);
  const jsize count = env->GetArrayLength(array);
  for (jsize i = 0; i < count; ++i) {
    const jobject one = env->GetObjectArrayElement(array, i);
    const bool good = read_strings(env, one, depth - 1, out);
    env->DeleteLocalRef(one);
    if (!good) return false;
  }
  return true;
}

bool read_scalar(JNIEnv* env, jobject value, const graph::Tensor& t) {
  const Element* const e = element_of(t.type);
  const bool boolean = t.type == Type::boolean;
  const jclass type = env->FindClass(boolean ? "java/lang/Boolean" : "java/lang/Number");
  if (!type) return false;
  if (!value || !e || !env->IsInstanceOf(value, type))
    return refuse(env, "the value is none for a tensor of " + std::string(name(t.type)));
  if (e->bytes != t.bytes) {
    raise(env, kIllegalState,
          "Scalar (" + std::to_string(e->bytes) + " bytes) not compatible with allocated tensor (" +
              std::to_string(t.bytes) + " bytes)");
    return false;
  }
  const auto method = [&](const char* of, const char* signature) {
    return env->GetMethodID(type, of, signature);
  };
  const auto store = [&](auto number) { std::memcpy(t.data, &number, sizeof number); };
  switch (e->code) {
    case 'F':
      store(env->CallFloatMethod(value, method("floatValue", "()F")));
      break;
    case 'I':
      store(env->CallIntMethod(value, method("intValue", "()I")));
      break;
    case 'S':
      store(env->CallShortMethod(value, method("shortValue", "()S")));
      break;
    case 'J':
      store(env->CallLongMethod(value, method("longValue", "()J")));
      break;
    case 'B':
      store(env->CallByteMethod(value, method("byteValue", "()B")));
      break;
    default:
      store(env->CallBooleanMethod(value, method("booleanValue", "()Z")));
  }
  return !env->ExceptionCheck();
}

}  // namespace samara::tflite_java
