/* A delegate that alone can run a model's operator, and that fails: in a run, when it is applied
 * again, or by what its kernel does to tensors. Run under AddressSanitizer in the dev preset.
 *
 *   given_up CLIP_MODEL */
#include "check.h"
#include "tensorflow/lite/c/c_api.h"
#include "tensorflow/lite/c/c_api_experimental.h"
#include "tensorflow/lite/c/common.h"

enum Fault { kNone, kFailPrepare, kFailInvoke, kGrowOutput, kLargeTemporary };
enum { kValues = 4, kHandle = 3 };

static enum Fault fault = kNone;
static int kernels = 0, handles = 0, output_index = -1;

static void* init(TfLiteContext* context, const char* buffer, size_t length) {
  (void)context;
  (void)buffer;
  (void)length;
  ++kernels;
  return calloc(1, 1);
}
static void free_kernel(TfLiteContext* context, void* data) {
  (void)context;
  --kernels;
  free(data);
}

static TfLiteStatus resize_to(TfLiteContext* context, TfLiteTensor* tensor, int rows, int columns) {
  TfLiteIntArray* const shape = TfLiteIntArrayCreate(2);
  shape->data[0] = rows;
  shape->data[1] = columns;
  return context->ResizeTensor(context, tensor, shape);
}

static TfLiteStatus prepare_kernel(TfLiteContext* context, TfLiteNode* node) {
  const TfLiteTensor* const in = &context->tensors[node->inputs->data[0]];
  if (fault == kLargeTemporary) {
    int first = -1;
    TF_LITE_ENSURE_OK(context, context->AddTensors(context, 1, &first));
    TfLiteIntArrayFree(node->temporaries);
    node->temporaries = TfLiteIntArrayCreate(1);
    node->temporaries->data[0] = first;
    context->tensors[first].type = kTfLiteFloat32;
    TF_LITE_ENSURE_OK(context, resize_to(context, &context->tensors[first], 0x7fffffff, 0x10000));
  }
  return context->ResizeTensor(context, &context->tensors[node->outputs->data[0]],
                               TfLiteIntArrayCopy(in->dims));
}

static TfLiteStatus invoke(TfLiteContext* context, TfLiteNode* node) {
  const TfLiteTensor* const in = &context->tensors[node->inputs->data[0]];
  TfLiteTensor* const out = &context->tensors[node->outputs->data[0]];
  *(char*)node->user_data = 1; /* it is memory that still lives */
  if (fault == kFailInvoke) return kTfLiteError;
  if (fault == kGrowOutput) {
    CHECK(resize_to(context, out, 1, 1 << 20) == kTfLiteOk);
    CHECK(out->data.raw == NULL); /* not memory that is too small */
    return kTfLiteOk;
  }
  /* A size that it has already changes nothing. */
  TF_LITE_ENSURE_OK(context, context->ResizeTensor(context, out, TfLiteIntArrayCopy(in->dims)));
  memcpy(out->data.raw, in->data.raw, out->bytes);
  return kTfLiteOk;
}

static TfLiteStatus prepare(TfLiteContext* context, TfLiteDelegate* delegate) {
  TfLiteRegistration registration;
  TfLiteIntArray* plan;
  TfLiteIntArray* claimed;
  int i;
  if (fault == kFailPrepare) {
    CHECK(resize_to(context, context->tensors + output_index, 1, 1 << 20) == kTfLiteOk);
    return kTfLiteError;
  }
  memset(&registration, 0, sizeof registration);
  registration.init = init;
  registration.free = free_kernel;
  registration.prepare = prepare_kernel;
  registration.invoke = invoke;
  TF_LITE_ENSURE_OK(context, context->GetExecutionPlan(context, &plan));
  claimed = TfLiteIntArrayCopy(plan);
  for (i = 0; i < plan->size; ++i) CHECK(plan->data[i] == i);
  TF_LITE_ENSURE_OK(context, context->ReplaceNodeSubsetsWithDelegateKernels(context, registration,
                                                                            claimed, delegate));
  TfLiteIntArrayFree(claimed);
  return kTfLiteOk;
}

static void free_handle(TfLiteContext* context, TfLiteDelegate* delegate,
                        TfLiteBufferHandle* handle) {
  (void)context;
  (void)delegate;
  CHECK(*handle == kHandle);
  --handles;
}

static TfLiteInterpreter* create(const TfLiteModel* model, TfLiteDelegate* delegate) {
  TfLiteInterpreterOptions* const options = TfLiteInterpreterOptionsCreate();
  TfLiteInterpreter* interpreter;
  last_report[0] = 0;
  TfLiteInterpreterOptionsSetErrorReporter(options, keep_report, NULL);
  TfLiteInterpreterOptionsAddDelegate(options, delegate);
  interpreter = TfLiteInterpreterCreate(model, options);
  CHECK(interpreter != NULL);
  TfLiteInterpreterOptionsDelete(options);
  return interpreter;
}

static void copies(TfLiteInterpreter* interpreter) {
  const float in[kValues] = {-1, 1, 2, 30};
  float out[kValues];
  CHECK(TfLiteTensorCopyFromBuffer(TfLiteInterpreterGetInputTensor(interpreter, 0), in,
                                   sizeof in) == kTfLiteOk);
  CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteOk);
  CHECK(TfLiteTensorCopyToBuffer(TfLiteInterpreterGetOutputTensor(interpreter, 0), out,
                                 sizeof out) == kTfLiteOk);
  CHECK(memcmp(in, out, sizeof in) == 0);
}

static void hold_handle(TfLiteInterpreter* interpreter, TfLiteDelegate* delegate) {
  TfLiteTensor* const output = (TfLiteTensor*)TfLiteInterpreterGetOutputTensor(interpreter, 0);
  CHECK(TfLiteInterpreterSetBufferHandle(interpreter, output, kHandle, delegate) == kTfLiteOk);
  ++handles;
}

static void fails_in_a_run(const TfLiteModel* model, TfLiteDelegate* delegate) {
  TfLiteInterpreter* const interpreter = create(model, delegate);
  int round;
  CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
  copies(interpreter);
  hold_handle(interpreter, delegate);
  CHECK(kernels == 1);
  fault = kFailInvoke;
  CHECK(TfLiteInterpreterInvoke(interpreter) != kTfLiteOk);
  CHECK_REPORTED("samara.example.Clip"); /* which nothing else can run */
  CHECK(kernels == 0 && handles == 0);
  fault = kNone;
  for (round = 0; round < 2; ++round) {
    CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteDelegateError);
    CHECK_REPORTED("given up");
    CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk); /* nothing has changed */
  }
  TfLiteInterpreterDelete(interpreter);
}

static void fails_when_applied_again(const TfLiteModel* model, TfLiteDelegate* delegate) {
  TfLiteInterpreter* const interpreter = create(model, delegate);
  const TfLiteTensor* const output = TfLiteInterpreterGetOutputTensor(interpreter, 0);
  const void* data;
  CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
  data = TfLiteTensorData(output);
  output_index = TfLiteInterpreterOutputTensorIndices(interpreter)[0];
  fault = kFailPrepare;
  CHECK(TfLiteInterpreterModifyGraphWithDelegate(interpreter, delegate) == kTfLiteDelegateError);
  fault = kNone;
  CHECK(kernels == 1);
  CHECK(data != NULL && TfLiteTensorData(output) == data);
  CHECK(TfLiteTensorByteSize(output) == kValues * sizeof(float));
  copies(interpreter);
  hold_handle(interpreter, delegate);
  TfLiteInterpreterDelete(interpreter);
  CHECK(kernels == 0 && handles == 0);
}

static void wrong_sizes(const TfLiteModel* model, TfLiteDelegate* delegate) {
  TfLiteInterpreter* interpreter = create(model, delegate);
  CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
  fault = kGrowOutput;
  CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteError);
  CHECK_REPORTED("were planned");
  fault = kNone;
  copies(interpreter);
  TfLiteInterpreterDelete(interpreter);

  interpreter = create(model, delegate);
  fault = kLargeTemporary;
  CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteError);
  CHECK_REPORTED("temporary tensors");
  fault = kNone;
  TfLiteInterpreterDelete(interpreter);
  CHECK(kernels == 0);
}

int main(int argc, char** argv) {
  TfLiteDelegate delegate = TfLiteDelegateCreate();
  TfLiteModel* model;
  CHECK(argc == 2);
  delegate.Prepare = prepare;
  delegate.FreeBufferHandle = free_handle;
  model = TfLiteModelCreateFromFile(argv[1]);
  CHECK(model != NULL);
  fails_in_a_run(model, &delegate);
  fails_when_applied_again(model, &delegate);
  wrong_sizes(model, &delegate);
  TfLiteModelDelete(model);
  puts("a delegate that the model needs may fail");
  return 0;
}
