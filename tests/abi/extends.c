/* Operators and a delegate of others: a custom operator as a TfLiteRegistration and as an opaque
 * TfLiteOperator, and the delegate of first_layer_delegate.c, which may fail at every step.
 *
 *   extends CLIP_MODEL DIGITS_MODEL DELEGATE.so */
#include <math.h>

#include "check.h"
#include "tensorflow/lite/c/c_api.h"
#include "tensorflow/lite/c/c_api_experimental.h"
#include "tensorflow/lite/c/c_api_opaque.h"
#include "tensorflow/lite/delegates/external/external_delegate.h"
#include "tensorflow/lite/delegates/xnnpack/xnnpack_delegate.h"

enum { kDigits = 10 };
static int alive = 0;

static void* init(TfLiteContext* context, const char* buffer, size_t length) {
  float* const limit = malloc(sizeof(float));
  (void)context;
  (void)buffer;
  CHECK(length > 0);
  *limit = 2;
  ++alive;
  return limit;
}
static void free_limit(TfLiteContext* context, void* data) {
  (void)context;
  --alive;
  free(data);
}
static TfLiteStatus prepare(TfLiteContext* context, TfLiteNode* node) {
  const TfLiteTensor* const in = &context->tensors[node->inputs->data[0]];
  int first = -1;
  TF_LITE_ENSURE_EQ(context, node->inputs->size, 1);
  TF_LITE_ENSURE_TYPES_EQ(context, in->type, kTfLiteFloat32);
  if (node->temporaries->size == 0) {
    TfLiteTensor* scratch;
    TF_LITE_ENSURE_OK(context, context->AddTensors(context, 1, &first));
    TfLiteIntArrayFree(node->temporaries);
    node->temporaries = TfLiteIntArrayCreate(1);
    node->temporaries->data[0] = first;
    scratch = &context->tensors[first];
    scratch->type = kTfLiteFloat32;
    scratch->allocation_type = kTfLiteArenaRw;
    TF_LITE_ENSURE_OK(context,
                      context->ResizeTensor(context, scratch, TfLiteIntArrayCopy(in->dims)));
  }
  return context->ResizeTensor(context, &context->tensors[node->outputs->data[0]],
                               TfLiteIntArrayCopy(in->dims));
}
static TfLiteStatus invoke(TfLiteContext* context, TfLiteNode* node) {
  const TfLiteTensor* const in = &context->tensors[node->inputs->data[0]];
  TfLiteTensor* const out = &context->tensors[node->outputs->data[0]];
  float* const scratch = context->tensors[node->temporaries->data[0]].data.f;
  const float limit = *(const float*)node->user_data;
  size_t i;
  TF_LITE_ENSURE(context, scratch != NULL && out->data.f != NULL);
  for (i = 0; i < in->bytes / sizeof(float); ++i) scratch[i] = fminf(in->data.f[i], limit);
  memcpy(out->data.f, scratch, out->bytes);
  return kTfLiteOk;
}

static TfLiteStatus opaque_prepare(TfLiteOpaqueContext* context, TfLiteOpaqueNode* node) {
  const TfLiteOpaqueTensor* const in = TfLiteOpaqueNodeGetInput(context, node, 0);
  TfLiteIntArray* const shape = TfLiteIntArrayCreate(TfLiteOpaqueTensorNumDims(in));
  int i;
  TF_LITE_OPAQUE_ENSURE_EQ(context, TfLiteOpaqueNodeNumberOfInputs(node), 1);
  for (i = 0; i < shape->size; ++i) shape->data[i] = TfLiteOpaqueTensorDim(in, i);
  /* Only the run tells how large it is, for all that anybody knows. */
  TfLiteOpaqueTensorSetAllocationTypeToDynamic(TfLiteOpaqueNodeGetOutput(context, node, 0));
  TfLiteIntArrayFree(shape);
  return kTfLiteOk;
}
static TfLiteStatus opaque_invoke(void* user_data, TfLiteOpaqueContext* context,
                                  TfLiteOpaqueNode* node) {
  const TfLiteOpaqueTensor* const in = TfLiteOpaqueNodeGetInput(context, node, 0);
  TfLiteOpaqueTensor* const out = TfLiteOpaqueNodeGetOutput(context, node, 0);
  TfLiteIntArray* const shape = TfLiteIntArrayCreate(TfLiteOpaqueTensorNumDims(in));
  const float* from;
  float* to;
  size_t i;
  for (i = 0; i < (size_t)shape->size; ++i) shape->data[i] = TfLiteOpaqueTensorDim(in, (int)i);
  TF_LITE_ENSURE_STATUS(TfLiteOpaqueContextResizeTensor(context, out, shape));
  from = TfLiteOpaqueTensorData(in);
  to = TfLiteOpaqueTensorData(out);
  for (i = 0; i < TfLiteOpaqueTensorByteSize(in) / sizeof(float); ++i)
    to[i] = fminf(from[i], *(float*)user_data);
  return kTfLiteOk;
}
static TfLiteStatus refuse(TfLiteContext* context, TfLiteNode* node) {
  (void)node;
  TF_LITE_KERNEL_LOG(context, "this operator refuses number %d", 7);
  return kTfLiteError;
}

static void clips(TfLiteInterpreter* interpreter) {
  const float in[4] = {-1, 1, 2, 30}, expected[4] = {-1, 1, 2, 2};
  float out[4];
  int round;
  CHECK(interpreter != NULL);
  CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
  for (round = 0; round < 2; ++round) {
    CHECK(TfLiteTensorCopyFromBuffer(TfLiteInterpreterGetInputTensor(interpreter, 0), in,
                                     sizeof in) == kTfLiteOk);
    CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteOk);
    CHECK(TfLiteTensorCopyToBuffer(TfLiteInterpreterGetOutputTensor(interpreter, 0), out,
                                   sizeof out) == kTfLiteOk);
    CHECK(memcmp(out, expected, sizeof out) == 0);
  }
}

static TfLiteInterpreterOptions* reporting(void) {
  TfLiteInterpreterOptions* const options = TfLiteInterpreterOptionsCreate();
  TfLiteInterpreterOptionsSetErrorReporter(options, keep_report, NULL);
  return options;
}

static void custom_operators(const char* path) {
  static const char kName[] = "samara.example.Clip";
  TfLiteModel* const model = TfLiteModelCreateFromFile(path);
  TfLiteInterpreterOptions* options = reporting();
  TfLiteInterpreter* interpreter;
  TfLiteRegistration registration;
  TfLiteOperator* op;
  float limit = 2;
  CHECK(model != NULL);
  CHECK(TfLiteInterpreterCreate(model, options) == NULL);
  CHECK_REPORTED(kName);
  memset(&registration, 0, sizeof registration);
  registration.init = init;
  registration.free = free_limit;
  registration.prepare = prepare;
  registration.invoke = invoke;
  TfLiteInterpreterOptionsAddCustomOp(options, kName, &registration, 1, 1);
  interpreter = TfLiteInterpreterCreate(model, options);
  clips(interpreter);
  CHECK(alive == 1);
  TfLiteInterpreterDelete(interpreter);
  CHECK(alive == 0);
  interpreter = TfLiteInterpreterCreateWithSelectedOps(model, options);
  clips(interpreter);
  TfLiteInterpreterDelete(interpreter);
  TfLiteInterpreterOptionsDelete(options);

  options = reporting();
  op = TfLiteOperatorCreate(kTfLiteBuiltinCustom, kName, 1, &limit);
  TfLiteOperatorSetPrepare(op, opaque_prepare);
  CHECK(TfLiteOperatorSetInvokeWithData(op, opaque_invoke) == kTfLiteOk);
  TfLiteInterpreterOptionsAddOperator(options, op);
  interpreter = TfLiteInterpreterCreate(model, options);
  clips(interpreter);
  TfLiteInterpreterDelete(interpreter);
  TfLiteInterpreterOptionsDelete(options);
  TfLiteOperatorDelete(op);

  options = reporting();
  registration.prepare = refuse;
  TfLiteInterpreterOptionsAddCustomOp(options, kName, &registration, 1, 1);
  interpreter = TfLiteInterpreterCreate(model, options);
  CHECK(interpreter != NULL);
  CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteError);
  TfLiteInterpreterDelete(interpreter);
  registration.prepare = prepare;
  registration.invoke = refuse;
  TfLiteInterpreterOptionsAddCustomOp(options, "another", &registration, 1, 1);
  TfLiteInterpreterOptionsDelete(options);
  TfLiteModelDelete(model);
}

static void digits(TfLiteInterpreter* interpreter, float* out) {
  TfLiteTensor* const input = TfLiteInterpreterGetInputTensor(interpreter, 0);
  float* const values = TfLiteTensorData(input);
  size_t i;
  for (i = 0; i < TfLiteTensorByteSize(input) / sizeof(float); ++i)
    values[i] = (float)(i % 13) / 13.0f;
  CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteOk);
  /* Where a delegate was given up, callers' pointers still hold. */
  CHECK(TfLiteTensorData(input) == values);
  CHECK(TfLiteTensorCopyToBuffer(TfLiteInterpreterGetOutputTensor(interpreter, 0), out,
                                 kDigits * sizeof(float)) == kTfLiteOk);
}

static void with_delegate(const TfLiteModel* model, const char* library, const char* fail,
                          const float* expected) {
  TfLiteExternalDelegateOptions how = TfLiteExternalDelegateOptionsDefault(library);
  TfLiteInterpreterOptions* const options = reporting();
  TfLiteDelegate* delegate;
  TfLiteInterpreter* interpreter;
  float out[kDigits];
  int i;
  last_report[0] = 0;
  if (*fail) CHECK(how.insert(&how, "fail", fail) == kTfLiteOk);
  delegate = TfLiteExternalDelegateCreate(&how);
  CHECK(delegate != NULL);
  TfLiteInterpreterOptionsAddDelegate(options, delegate);
  interpreter = TfLiteInterpreterCreate(model, options);
  CHECK(interpreter != NULL);
  CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
  digits(interpreter, out);
  for (i = 0; i < kDigits; ++i) CHECK(fabsf(out[i] - expected[i]) < 1e-5f);
  digits(interpreter, out);
  CHECK((*fail == 0) == (last_report[0] == 0)); /* told about a failure, and only then */
  TfLiteInterpreterDelete(interpreter);
  TfLiteInterpreterOptionsDelete(options);
  TfLiteExternalDelegateDelete(delegate);
}

static void no_fallback(const TfLiteModel* model, const char* library) {
  TfLiteExternalDelegateOptions how = TfLiteExternalDelegateOptionsDefault(library);
  TfLiteInterpreterOptions* const options = reporting();
  TfLiteDelegate* delegate;
  TfLiteInterpreter* interpreter;
  CHECK(how.insert(&how, "fail", "invoke") == kTfLiteOk);
  delegate = TfLiteExternalDelegateCreate(&how);
  TfLiteInterpreterOptionsAddDelegate(options, delegate);
  TfLiteInterpreterOptionsSetEnableDelegateFallback(options, false);
  interpreter = TfLiteInterpreterCreate(model, options);
  CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
  CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteDelegateError);
  TfLiteInterpreterDelete(interpreter);
  TfLiteInterpreterOptionsDelete(options);
  TfLiteExternalDelegateDelete(delegate);
}

static void delegates(const char* path, const char* library) {
  static const char* const kSteps[] = {"", "prepare", "init", "kernel", "invoke"};
  TfLiteModel* const model = TfLiteModelCreateFromFile(path);
  TfLiteInterpreter* interpreter = TfLiteInterpreterCreate(model, NULL);
  TfLiteXNNPackDelegateOptions xnnpack = TfLiteXNNPackDelegateOptionsDefault();
  TfLiteExternalDelegateOptions how = TfLiteExternalDelegateOptionsDefault("no such library.so");
  TfLiteDelegate* delegate;
  float expected[kDigits], out[kDigits];
  size_t i;
  CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
  digits(interpreter, expected);
  for (i = 0; i < sizeof kSteps / sizeof *kSteps; ++i)
    with_delegate(model, library, kSteps[i], expected);
  no_fallback(model, library);

  how = TfLiteExternalDelegateOptionsDefault(library);
  delegate = TfLiteExternalDelegateCreate(&how);
  CHECK(TfLiteInterpreterModifyGraphWithDelegate(interpreter, delegate) == kTfLiteOk);
  CHECK(TfLiteInterpreterModifyGraphWithDelegate(interpreter, NULL) == kTfLiteError);
  digits(interpreter, out);
  CHECK(fabsf(out[0] - expected[0]) < 1e-5f);
  TfLiteInterpreterDelete(interpreter);
  TfLiteExternalDelegateDelete(delegate);

  how = TfLiteExternalDelegateOptionsDefault("no such library.so");
  CHECK(TfLiteExternalDelegateCreate(&how) == NULL);
  how = TfLiteExternalDelegateOptionsDefault(library);
  CHECK(how.insert(&how, "unknown", "1") == kTfLiteOk);
  CHECK(TfLiteExternalDelegateCreate(&how) == NULL);

  xnnpack.num_threads = 2;
  delegate = TfLiteXNNPackDelegateCreate(&xnnpack);
  CHECK(delegate != NULL);
  interpreter = TfLiteInterpreterCreate(model, NULL);
  CHECK(TfLiteInterpreterModifyGraphWithDelegate(interpreter, delegate) == kTfLiteOk);
  CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
  digits(interpreter, out);
  CHECK(memcmp(out, expected, sizeof out) == 0);
  TfLiteInterpreterDelete(interpreter);
  TfLiteXNNPackDelegateDelete(delegate);
  TfLiteModelDelete(model);
}

int main(int argc, char** argv) {
  CHECK(argc == 4);
  custom_operators(argv[1]);
  delegates(argv[2], argv[3]);
  puts("custom operators and delegates run, and are given up where they fail");
  return 0;
}
