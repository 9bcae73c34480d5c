// Delegates of the published classes: org.tensorflow.lite.nnapi and org.tensorflow.lite.gpu.
//
// They exist so that programs link and run. The CPU computes; of every option that asks for something
// else it is said once that it is ignored.
#include "tflite/jni/objects.h"

namespace samara::tflite_java {
namespace {

constexpr jint kNnapiUndefined = -1;  // no preference between power and speed

void ignore(const char* delegate, const char* option, const char* why) {
  say_once(std::string(delegate) + "." + option + " is ignored: " + why);
}

jlong make_delegate() { return handle_of(std::make_shared<Delegate>()); }

}  // namespace
}  // namespace samara::tflite_java

using namespace samara::tflite_java;  // NOLINT: the natives below are what these are made for

SAMARA_NATIVE(jlong, nnapi_NnApiDelegateImpl_createDelegate)
(JNIEnv*, jclass, jint preference, jstring accelerator, jstring cache, jstring token,
 jint partitions, jboolean override_cpu, jboolean, jboolean fp16, jlong support_library) {
  constexpr char kName[] = "NnApiDelegate";
  say_once("NnApiDelegate: the CPU computes, since NNAPI is not used here");
  if (preference != kNnapiUndefined)
    ignore(kName, "setExecutionPreference", "the CPU has one way only");
  if (accelerator) ignore(kName, "setAcceleratorName", "there is none but the CPU");
  if (cache) ignore(kName, "setCacheDir", "nothing is compiled");
  if (token) ignore(kName, "setModelToken", "nothing is compiled");
  if (partitions >= 0)
    ignore(kName, "setMaxNumberOfDelegatedPartitions", "nothing is handed to NNAPI");
  if (override_cpu) ignore(kName, "setUseNnapiCpu", "the CPU is used by this library itself");
  if (fp16) ignore(kName, "setAllowFp16", "float32 is computed as float32");
  if (support_library) ignore(kName, "setNnApiSupportLibraryHandle", "NNAPI is not used");
  return make_delegate();
}

SAMARA_NATIVE(void, nnapi_NnApiDelegateImpl_deleteDelegate)(JNIEnv*, jclass, jlong handle) {
  drop_object(handle);
}

SAMARA_NATIVE(jint, nnapi_NnApiDelegateImpl_getNnapiErrno)(JNIEnv* env, jclass, jlong handle) {
  find<Delegate>(env, handle);
  return 0;  // nothing of NNAPI's has failed
}

SAMARA_NATIVE(jlong, gpu_GpuDelegate_createDelegate)
(JNIEnv*, jclass, jboolean precision_loss, jboolean quantized, jint preference,
 jstring serialization, jstring token, jint backend) {
  constexpr char kName[] = "GpuDelegate";
  say_once("GpuDelegate: the CPU computes, since no GPU is used here");
  if (!precision_loss) say_once("GpuDelegate.setPrecisionLossAllowed(false) holds in any case");
  if (!quantized)
    ignore(kName, "setQuantizedModelsAllowed", "the CPU computes quantized models as they are");
  if (preference != 0) ignore(kName, "setInferencePreference", "the CPU has one way only");
  if (serialization || token) ignore(kName, "setSerializationParams", "nothing is compiled");
  if (backend != 0) ignore(kName, "setForceBackend", "no GPU is used");
  return make_delegate();
}

SAMARA_NATIVE(void, gpu_GpuDelegate_deleteDelegate)(JNIEnv*, jclass, jlong handle) {
  drop_object(handle);
}

SAMARA_NATIVE(void, gpu_GpuDelegateNative_nativeDoNothing)(JNIEnv*, jclass) {}

// The list of GPUs that are known to work is empty: programs that ask it take the CPU by themselves.
SAMARA_NATIVE(jlong, gpu_CompatibilityList_createCompatibilityList)(JNIEnv*, jclass) {
  return make_delegate();
}
SAMARA_NATIVE(void, gpu_CompatibilityList_deleteCompatibilityList)(JNIEnv*, jclass, jlong handle) {
  drop_object(handle);
}
SAMARA_NATIVE(jboolean, gpu_CompatibilityList_nativeIsDelegateSupportedOnThisDevice)
(JNIEnv*, jclass, jlong) { return JNI_FALSE; }
