/* A delegate as a shared object, against the TensorFlow Lite headers alone: it claims FULLY_CONNECTED
 * nodes of floats and computes them itself. Options: "fail" is "prepare", "kernel" (its kernel fails
 * to prepare), "invoke" or "init"; "limit" is the most nodes it claims. */
#include <stdlib.h>
#include <string.h>

#include "tensorflow/lite/builtin_ops.h"
#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/c/common.h"

typedef struct Mine {
  TfLiteDelegate delegate;
  char fail[16];
} Mine;

typedef struct Kernel {
  const Mine* mine;
  int weights, bias, input, output;
} Kernel;

int samara_test_delegate_runs = 0;

static void* init(TfLiteContext* context, const char* buffer, size_t length) {
  const TfLiteDelegateParams* const params = (const TfLiteDelegateParams*)(const void*)buffer;
  Kernel* const kernel = malloc(sizeof(Kernel));
  TfLiteNode* node;
  TfLiteRegistration* registration;
  (void)length;
  if (params->nodes_to_replace->size != 1) return kernel;
  if (context->GetNodeAndRegistration(context, params->nodes_to_replace->data[0], &node,
                                      &registration) != kTfLiteOk)
    return kernel;
  kernel->mine = (const Mine*)params->delegate->data_;
  kernel->input = node->inputs->data[0];
  kernel->weights = node->inputs->data[1];
  kernel->bias = node->inputs->data[2];
  kernel->output = node->outputs->data[0];
  if (strcmp(kernel->mine->fail, "init") == 0) {
    free(kernel);
    return (void*)(intptr_t)-1;
  }
  return kernel;
}

static void free_kernel(TfLiteContext* context, void* data) {
  (void)context;
  free(data);
}

static TfLiteStatus prepare_kernel(TfLiteContext* context, TfLiteNode* node) {
  const Kernel* const k = node->user_data;
  TfLiteTensor* const output = &context->tensors[k->output];
  TfLiteIntArray* shape;
  TF_LITE_ENSURE(context, strcmp(k->mine->fail, "kernel") != 0);
  TF_LITE_ENSURE_TYPES_EQ(context, output->type, kTfLiteFloat32);
  TF_LITE_ENSURE_EQ(context, context->tensors[k->weights].dims->size, 2);
  shape = TfLiteIntArrayCreate(2);
  shape->data[0] = context->tensors[k->input].dims->data[0];
  shape->data[1] = context->tensors[k->weights].dims->data[0];
  return context->ResizeTensor(context, output, shape);
}

static TfLiteStatus invoke(TfLiteContext* context, TfLiteNode* node) {
  const Kernel* const k = node->user_data;
  const TfLiteTensor* const weights = &context->tensors[k->weights];
  const float* const w = weights->data.f;
  const float* const bias = context->tensors[k->bias].data.f;
  const float* const in = context->tensors[k->input].data.f;
  float* const out = context->tensors[k->output].data.f;
  const int rows = weights->dims->data[0], depth = weights->dims->data[1];
  const int batch = context->tensors[k->input].dims->data[0];
  int b, r, d;
  TF_LITE_ENSURE(context, strcmp(k->mine->fail, "invoke") != 0);
  for (b = 0; b < batch; ++b)
    for (r = 0; r < rows; ++r) {
      float sum = bias[r];
      for (d = 0; d < depth; ++d) sum += w[r * depth + d] * in[b * depth + d];
      out[b * rows + r] = sum;
    }
  ++samara_test_delegate_runs;
  return kTfLiteOk;
}

static TfLiteStatus prepare(TfLiteContext* context, TfLiteDelegate* delegate) {
  const Mine* const mine = delegate->data_;
  TfLiteRegistration registration;
  TfLiteIntArray* plan;
  TfLiteIntArray* claimed;
  int i;
  TfLiteStatus status = kTfLiteOk;
  if (context->GetExecutionPlan(context, &plan) != kTfLiteOk) return kTfLiteError;
  claimed = TfLiteIntArrayCreate(plan->size);
  claimed->size = 0;
  for (i = 0; i < plan->size; ++i) {
    TfLiteNode* node;
    TfLiteRegistration* of_node;
    if (context->GetNodeAndRegistration(context, plan->data[i], &node, &of_node) != kTfLiteOk)
      return kTfLiteError;
    if (of_node->builtin_code != kTfLiteBuiltinFullyConnected || !node->builtin_data) continue;
    if (((TfLiteFullyConnectedParams*)node->builtin_data)->activation != kTfLiteActNone) continue;
    if (context->tensors[node->inputs->data[0]].type != kTfLiteFloat32) continue;
    claimed->data[claimed->size++] = plan->data[i];
  }
  memset(&registration, 0, sizeof registration);
  registration.init = init;
  registration.free = free_kernel;
  registration.prepare = prepare_kernel;
  registration.invoke = invoke;
  registration.custom_name = "first_layer";
  registration.version = 1;
  if (claimed->size > 0)
    status =
        context->ReplaceNodeSubsetsWithDelegateKernels(context, registration, claimed, delegate);
  TfLiteIntArrayFree(claimed);
  return strcmp(mine->fail, "prepare") == 0 ? kTfLiteError : status;
}

TFL_CAPI_EXPORT TfLiteDelegate* tflite_plugin_create_delegate(char** keys, char** values,
                                                              size_t count,
                                                              void (*report)(const char*));
TFL_CAPI_EXPORT void tflite_plugin_destroy_delegate(TfLiteDelegate* delegate);

TfLiteDelegate* tflite_plugin_create_delegate(char** keys, char** values, size_t count,
                                              void (*report)(const char*)) {
  Mine* mine;
  size_t i;
  for (i = 0; i < count; ++i)
    if (strcmp(keys[i], "fail") != 0) {
      if (report) report("first_layer: an option that it does not know");
      return NULL;
    }
  mine = calloc(1, sizeof(Mine));
  if (!mine) return NULL;
  for (i = 0; i < count; ++i) strncpy(mine->fail, values[i], sizeof mine->fail - 1);
  mine->delegate = TfLiteDelegateCreate();
  mine->delegate.data_ = mine;
  mine->delegate.Prepare = prepare;
  return &mine->delegate;
}

void tflite_plugin_destroy_delegate(TfLiteDelegate* delegate) {
  if (delegate) free(delegate->data_);
}
