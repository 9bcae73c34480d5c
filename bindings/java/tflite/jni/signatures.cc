// org.tensorflow.lite.NativeSignatureRunnerWrapper.
#include <algorithm>

#include "tflite/jni/objects.h"

namespace samara::tflite_java {
namespace {

using Entries = std::vector<schema::Signature::Entry>;
using Ends = Entries schema::Signature::*;

jobjectArray names_of(JNIEnv* env, jlong handle, Ends which) {
  const auto signature = find<Signature>(env, handle);
  if (!signature) return nullptr;
  std::vector<std::string> names;
  for (const auto& entry : signature->in_file->*which) names.emplace_back(entry.name);
  std::ranges::sort(names);  // by their bytes, as TensorFlow Lite lists them
  return strings_of(env, names);
}

/// Null: there is none of that name.
const schema::Signature::Entry* entry_of(const Signature& signature, const std::string& name,
                                         Ends which) {
  for (const auto& entry : signature.in_file->*which)
    if (entry.name == name) return &entry;
  return nullptr;
}

/// The place of a signature's tensor among those of its subgraph; -1: there is none of that name.
jint place_of(JNIEnv* env, jlong handle, jstring name, Ends which,
              std::vector<int32_t> schema::Subgraph::* list) {
  const auto signature = find<Signature>(env, handle);
  const auto* entry = signature && name ? entry_of(*signature, text_of(env, name), which) : nullptr;
  if (!entry) return -1;
  const auto& all = signature->engine->subgraph(signature->subgraph()).*list;
  const auto found = std::ranges::find(all, entry->tensor);
  return found == all.end() ? -1 : static_cast<jint>(found - all.begin());
}

/// Java closes none of these: each is made once, and ends with the interpreter.
jlong tensor_handle(JNIEnv* env, jlong handle, jstring name, bool input) {
  const auto signature = find<Signature>(env, handle);
  if (!signature || !name) return -1;
  const std::string text = text_of(env, name);
  const auto* entry =
      entry_of(*signature, text, input ? &schema::Signature::inputs : &schema::Signature::outputs);
  if (!entry) return -1;
  const std::scoped_lock lock(signature->engine->mutex);
  jlong& known = signature->tensors[{input, text}];
  if (!peek<TensorAt>(known)) {
    known = handle_of(std::make_shared<TensorAt>(
        TensorAt{signature->engine, signature->subgraph(), entry->tensor}));
    signature->engine->family.push_back(known);
  }
  return known;
}

}  // namespace
}  // namespace samara::tflite_java

using namespace samara;               // NOLINT: the natives below are what these are made for
using namespace samara::tflite_java;  // NOLINT

SAMARA_NATIVE(jlong, NativeSignatureRunnerWrapper_nativeGetSignatureRunner)
(JNIEnv* env, jclass, jlong handle, jstring key) {
  const auto engine = find<Engine>(env, handle);
  if (!engine || !key) return -1;
  const std::string text = text_of(env, key);
  for (const schema::Signature& signature : engine->file().signatures()) {
    if (signature.key != text) continue;
    const jlong made = handle_of(std::make_shared<Signature>(Signature{engine, &signature, {}}));
    const std::scoped_lock lock(engine->mutex);
    engine->family.push_back(made);
    return made;
  }
  return -1;
}

SAMARA_NATIVE(jint, NativeSignatureRunnerWrapper_nativeGetSubgraphIndex)
(JNIEnv* env, jclass, jlong handle) {
  const auto signature = find<Signature>(env, handle);
  return signature ? signature->subgraph() : -1;
}

SAMARA_NATIVE(jobjectArray, NativeSignatureRunnerWrapper_nativeInputNames)
(JNIEnv* env, jclass, jlong handle) { return names_of(env, handle, &schema::Signature::inputs); }
SAMARA_NATIVE(jobjectArray, NativeSignatureRunnerWrapper_nativeOutputNames)
(JNIEnv* env, jclass, jlong handle) { return names_of(env, handle, &schema::Signature::outputs); }

SAMARA_NATIVE(jint, NativeSignatureRunnerWrapper_nativeGetInputIndex)
(JNIEnv* env, jclass, jlong handle, jstring name) {
  return place_of(env, handle, name, &schema::Signature::inputs, &schema::Subgraph::inputs);
}
SAMARA_NATIVE(jint, NativeSignatureRunnerWrapper_nativeGetOutputIndex)
(JNIEnv* env, jclass, jlong handle, jstring name) {
  return place_of(env, handle, name, &schema::Signature::outputs, &schema::Subgraph::outputs);
}

SAMARA_NATIVE(jboolean, NativeSignatureRunnerWrapper_nativeResizeInput)
(JNIEnv* env, jclass, jlong handle, jlong reporter, jstring name, jintArray dims) {
  const auto signature = find<Signature>(env, handle);
  if (!signature || !find<Reporter>(env, reporter) || !name) return JNI_FALSE;
  const auto shape = numbers_of(env, dims);
  const std::string text = text_of(env, name);
  const auto* entry = entry_of(*signature, text, &schema::Signature::inputs);
  if (!entry || env->ExceptionCheck()) return JNI_FALSE;
  const std::scoped_lock lock(signature->engine->mutex);
  return reshape(env, *signature->engine, signature->subgraph(), entry->tensor, shape, false,
                 "Error: Failed to resize input " + text + ": ");
}

SAMARA_NATIVE(void, NativeSignatureRunnerWrapper_nativeAllocateTensors)
(JNIEnv* env, jclass, jlong handle, jlong reporter) {
  const auto signature = find<Signature>(env, handle);
  if (!signature || !find<Reporter>(env, reporter)) return;
  const std::scoped_lock lock(signature->engine->mutex);
  allocate(env, *signature->engine, signature->subgraph());
}

SAMARA_NATIVE(void, NativeSignatureRunnerWrapper_nativeInvoke)
(JNIEnv* env, jclass, jlong handle, jlong reporter) {
  const auto signature = find<Signature>(env, handle);
  if (!signature || !find<Reporter>(env, reporter)) return;
  const std::scoped_lock lock(signature->engine->mutex);
  run(env, *signature->engine, signature->subgraph(), kIllegalState);
}

SAMARA_NATIVE(jlong, TensorImpl_createSignatureInputTensor)
(JNIEnv* env, jclass, jlong signature, jstring name) {
  return tensor_handle(env, signature, name, true);
}
SAMARA_NATIVE(jlong, TensorImpl_createSignatureOutputTensor)
(JNIEnv* env, jclass, jlong signature, jstring name) {
  return tensor_handle(env, signature, name, false);
}
