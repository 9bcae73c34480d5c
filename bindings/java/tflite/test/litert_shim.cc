// libtensorflowlite_test_jni.so, which LiteRT's own tests for Java load: what they may expect.
#include <jni.h>

#define SHIM(type, name) extern "C" JNIEXPORT type JNICALL Java_org_tensorflow_lite_##name

SHIM(void, TestInit_initTfLiteForTest)(JNIEnv*, jclass) {}
SHIM(jboolean, SupportedFeatures_supportsCancellation)(JNIEnv*, jclass) { return JNI_TRUE; }
SHIM(jboolean, SupportedFeatures_supportsXnnpack)(JNIEnv*, jclass) { return JNI_TRUE; }
SHIM(jboolean, SupportedFeatures_supportsNonstrictResize)(JNIEnv*, jclass) { return JNI_TRUE; }
SHIM(jboolean, SupportedFeatures_supportsAllowFp16PrecisionForFp32)(JNIEnv*, jclass) {
  return JNI_TRUE;
}
