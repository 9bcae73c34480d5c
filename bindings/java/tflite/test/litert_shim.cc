// libtensorflowlite_test_jni.so, which LiteRT's own tests for Java load: what they may expect, and two
// delegates, one that takes every node and gives sevens, one that fails.
#include <jni.h>

#include <algorithm>

#include "tensorflow/lite/core/c/common.h"

namespace {

TfLiteStatus shape_as_input(TfLiteContext* context, TfLiteNode* node) {
  const TfLiteTensor& in = context->tensors[node->inputs->data[0]];
  TfLiteTensor& out = context->tensors[node->outputs->data[0]];
  return context->ResizeTensor(context, &out, TfLiteIntArrayCopy(in.dims));
}

TfLiteStatus give_sevens(TfLiteContext* context, TfLiteNode* node) {
  const TfLiteTensor& out = context->tensors[node->outputs->data[0]];
  std::fill_n(out.data.f, out.bytes / sizeof(float), 7.0f);
  return kTfLiteOk;
}

/// Claims all nodes, and says of every tensor that it holds it.
TfLiteStatus take_all(TfLiteContext* context, TfLiteDelegate* delegate) {
  TfLiteIntArray* plan = nullptr;
  if (context->GetExecutionPlan(context, &plan) != kTfLiteOk) return kTfLiteError;
  TfLiteRegistration kernel = {};
  kernel.prepare = shape_as_input;
  kernel.invoke = give_sevens;
  kernel.custom_name = "sevens";
  kernel.version = 1;
  const TfLiteStatus status =
      context->ReplaceNodeSubsetsWithDelegateKernels(context, kernel, plan, delegate);
  for (size_t i = 0; i < context->tensors_size; ++i) {
    context->tensors[i].delegate = delegate;
    context->tensors[i].buffer_handle = int(i);
  }
  return status;
}

TfLiteStatus refuse(TfLiteContext*, TfLiteDelegate*) { return kTfLiteError; }

jlong address(TfLiteStatus (*prepare)(TfLiteContext*, TfLiteDelegate*), TfLiteDelegate& delegate) {
  delegate.Prepare = prepare;
  delegate.flags = kTfLiteDelegateFlagsAllowDynamicTensors;
  return static_cast<jlong>(reinterpret_cast<uintptr_t>(&delegate));
}

}  // namespace

#define SHIM(type, name) extern "C" JNIEXPORT type JNICALL Java_org_tensorflow_lite_##name

SHIM(void, TestInit_initTfLiteForTest)(JNIEnv*, jclass) {}
SHIM(jboolean, SupportedFeatures_supportsCancellation)(JNIEnv*, jclass) { return JNI_TRUE; }
SHIM(jboolean, SupportedFeatures_supportsXnnpack)(JNIEnv*, jclass) { return JNI_TRUE; }
SHIM(jboolean, SupportedFeatures_supportsNonstrictResize)(JNIEnv*, jclass) { return JNI_TRUE; }
SHIM(jboolean, SupportedFeatures_supportsAllowFp16PrecisionForFp32)(JNIEnv*, jclass) {
  return JNI_TRUE;
}
SHIM(jlong, InterpreterTest_getNativeHandleForDelegate)(JNIEnv*, jclass) {
  static TfLiteDelegate delegate = {};
  return address(take_all, delegate);
}
SHIM(jlong, InterpreterTest_getNativeHandleForInvalidDelegate)(JNIEnv*, jclass) {
  static TfLiteDelegate delegate = {};
  return address(refuse, delegate);
}
