// Loading, and what the library says of itself.
#include "tflite/jni/objects.h"

namespace samara::tflite_java {
bool register_newer_classes(JNIEnv* env);  // interpreter.cc
}

// The classes ask which TensorFlow Lite this is, not which Samara.
constexpr char kVersion[] = "2.19.0", kSchema[] = "3";

extern "C" JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM* vm, void*) {
  JNIEnv* env = nullptr;
  if (vm->GetEnv(reinterpret_cast<void**>(&env), JNI_VERSION_1_6) != JNI_OK) return JNI_ERR;
  return samara::tflite_java::register_newer_classes(env) ? JNI_VERSION_1_6 : JNI_ERR;
}

SAMARA_NATIVE(void, TensorFlowLite_nativeDoNothing)(JNIEnv*, jclass) {}

SAMARA_NATIVE(jstring, InterpreterFactoryImpl_nativeRuntimeVersion)(JNIEnv* env, jclass) {
  return env->NewStringUTF(kVersion);
}
SAMARA_NATIVE(jstring, InterpreterFactoryImpl_nativeSchemaVersion)(JNIEnv* env, jclass) {
  return env->NewStringUTF(kSchema);
}
