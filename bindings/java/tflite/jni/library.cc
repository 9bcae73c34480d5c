// Loading, and what the library says of itself.
#include "tensorflow/lite/c/c_api.h"
#include "tflite/jni/objects.h"

namespace samara::tflite_java {
bool register_newer_classes(JNIEnv* env);  // interpreter.cc
}

extern "C" JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM* vm, void*) {
  JNIEnv* env = nullptr;
  if (vm->GetEnv(reinterpret_cast<void**>(&env), JNI_VERSION_1_6) != JNI_OK) return JNI_ERR;
  return samara::tflite_java::register_newer_classes(env) ? JNI_VERSION_1_6 : JNI_ERR;
}

SAMARA_NATIVE(void, TensorFlowLite_nativeDoNothing)(JNIEnv*, jclass) {}

SAMARA_NATIVE(jstring, InterpreterFactoryImpl_nativeRuntimeVersion)(JNIEnv* env, jclass) {
  return env->NewStringUTF(TfLiteVersion());
}
SAMARA_NATIVE(jstring, InterpreterFactoryImpl_nativeSchemaVersion)(JNIEnv* env, jclass) {
  return env->NewStringUTF(std::to_string(TfLiteSchemaVersion()).c_str());
}
