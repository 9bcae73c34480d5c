/* Misuse: null handles, wrong sizes, what was freed while others live, two threads. Whatever the API
 * can see is a status, NULL or 0. Run under AddressSanitizer in the dev preset.
 *
 *   misuse MODEL */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>

#include "check.h"
#include "tensorflow/lite/c/c_api.h"
#include "tensorflow/lite/c/c_api_experimental.h"
#include "tensorflow/lite/c/c_api_opaque.h"

static void null_handles(void) {
  const int shape[1] = {1};
  TfLiteBufferHandle handle;
  TfLiteOpaqueDelegate* delegate;
  CHECK(TfLiteModelCreateWithErrorReporter(NULL, 4, keep_report, NULL) == NULL);
  CHECK(TfLiteModelCreateFromFileWithErrorReporter(NULL, keep_report, NULL) == NULL);
  TfLiteModelDelete(NULL);
  TfLiteInterpreterOptionsDelete(NULL);
  CHECK(TfLiteInterpreterOptionsCopy(NULL) == NULL);
  TfLiteInterpreterOptionsSetNumThreads(NULL, 1);
  TfLiteInterpreterOptionsAddDelegate(NULL, NULL);
  TfLiteInterpreterOptionsAddOperator(NULL, NULL);
  TfLiteInterpreterOptionsAddCustomOp(NULL, NULL, NULL, 1, 1);
  CHECK(TfLiteInterpreterOptionsEnableCancellation(NULL, true) == kTfLiteError);
  TfLiteInterpreterDelete(NULL);
  CHECK(TfLiteInterpreterGetInputTensorCount(NULL) == 0);
  CHECK(TfLiteInterpreterInputTensorIndices(NULL) == NULL);
  CHECK(TfLiteInterpreterGetInputTensor(NULL, 0) == NULL);
  CHECK(TfLiteInterpreterGetOutputTensor(NULL, 0) == NULL);
  CHECK(TfLiteInterpreterGetTensor(NULL, 0) == NULL);
  CHECK(TfLiteInterpreterResizeInputTensor(NULL, 0, shape, 1) == kTfLiteError);
  CHECK(TfLiteInterpreterAllocateTensors(NULL) == kTfLiteError);
  CHECK(TfLiteInterpreterInvoke(NULL) == kTfLiteError);
  CHECK(TfLiteInterpreterCancel(NULL) == kTfLiteError);
  CHECK(TfLiteInterpreterGetSignatureRunner(NULL, "key") == NULL);
  CHECK(TfLiteInterpreterModifyGraphWithDelegate(NULL, NULL) == kTfLiteError);
  CHECK(TfLiteInterpreterSetCustomAllocationForTensor(NULL, 0, NULL, 0) == kTfLiteError);
  CHECK(TfLiteInterpreterGetBufferHandle(NULL, 0, &handle, &delegate) == kTfLiteError);
  CHECK(TfLiteSignatureRunnerInvoke(NULL) == kTfLiteError);
  TfLiteSignatureRunnerDelete(NULL);
  CHECK(TfLiteTensorType(NULL) == kTfLiteNoType && TfLiteTensorData(NULL) == NULL);
  CHECK(TfLiteTensorCopyFromBuffer(NULL, shape, 4) == kTfLiteError);
  CHECK(TfLiteTensorCopyToBuffer(NULL, NULL, 0) == kTfLiteError);
  CHECK(TfLiteOpaqueTensorData(NULL) == NULL && TfLiteOpaqueTensorGetStringCount(NULL) == -1);
  CHECK(TfLiteOpaqueNodeGetInput(NULL, NULL, 0) == NULL);
  CHECK(TfLiteOpaqueContextGetNumNodes(NULL) == 0);
  CHECK(TfLiteOperatorSetInvokeWithData(NULL, NULL) == kTfLiteError);
  CHECK(TfLiteOperatorGetVersion(NULL) == -1);
  TfLiteIntArrayFree(NULL);
  CHECK(TfLiteIntArrayCreate(-1) == NULL && TfLiteIntArrayCopy(NULL) == NULL);
  CHECK(TfLiteTensorRealloc(8, NULL) == kTfLiteError);
}

static void wrong_sizes(TfLiteInterpreter* interpreter) {
  TfLiteTensor* const input = TfLiteInterpreterGetInputTensor(interpreter, 0);
  const TfLiteTensor* const output = TfLiteInterpreterGetOutputTensor(interpreter, 0);
  const int large[4] = {0x7fffffff, 0x7fffffff, 0x7fffffff, 3};
  const int ranks[12] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  const int one[4] = {1, 32, 32, 3};
  char byte = 0;
  /* Before there is memory. */
  CHECK(TfLiteTensorCopyFromBuffer(input, &byte, TfLiteTensorByteSize(input)) == kTfLiteError);
  CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteError);
  CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
  CHECK(TfLiteTensorCopyFromBuffer(input, &byte, 1) == kTfLiteError);
  CHECK(TfLiteTensorCopyFromBuffer(input, NULL, TfLiteTensorByteSize(input)) == kTfLiteError);
  CHECK(TfLiteTensorCopyToBuffer(output, &byte, 1) == kTfLiteError);
  CHECK(TfLiteInterpreterGetInputTensor(interpreter, 1) == NULL);
  CHECK(TfLiteInterpreterGetInputTensor(interpreter, -1) == NULL);
  CHECK(TfLiteInterpreterGetTensor(interpreter, 1000000) == NULL);
  CHECK(TfLiteTensorDim(input, -1) == -1 && TfLiteTensorDim(input, 99) == -1);
  CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 0, large, 4) == kTfLiteError);
  CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 0, ranks, 12) == kTfLiteError);
  /* A shape that the model cannot take is found out by the next allocation. */
  CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 0, one, 3) == kTfLiteOk);
  CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteError);
  CHECK(TfLiteTensorData(output) == NULL); /* not where it was planned before */
  CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteError);
  CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 0, one, 4) == kTfLiteOk);
  CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
  CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteOk);
}

static void* invoke_often(void* data) {
  TfLiteInterpreter* const interpreter = data;
  int i;
  for (i = 0; i < 200; ++i) {
    const TfLiteStatus status = TfLiteInterpreterInvoke(interpreter);
    CHECK(status == kTfLiteOk || status == kTfLiteError || status == kTfLiteCancelled);
    (void)TfLiteInterpreterCancel(interpreter);
  }
  return NULL;
}

static void ignore(void* user_data, const char* format, va_list args) {
  (void)user_data;
  (void)format;
  (void)args;
}

static void two_threads(const TfLiteModel* model) {
  TfLiteInterpreterOptions* const options = TfLiteInterpreterOptionsCreate();
  TfLiteInterpreter* interpreter;
  pthread_t threads[2];
  int i;
  TfLiteInterpreterOptionsSetErrorReporter(options, ignore, NULL);
  CHECK(TfLiteInterpreterOptionsEnableCancellation(options, true) == kTfLiteOk);
  interpreter = TfLiteInterpreterCreate(model, options);
  CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
  for (i = 0; i < 2; ++i) CHECK(pthread_create(&threads[i], NULL, invoke_often, interpreter) == 0);
  for (i = 0; i < 2; ++i) pthread_join(threads[i], NULL);
  CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteOk);
  TfLiteInterpreterDelete(interpreter);
  TfLiteInterpreterOptionsDelete(options);
}

int main(int argc, char** argv) {
  TfLiteInterpreterOptions* const options = TfLiteInterpreterOptionsCreate();
  TfLiteModel* model;
  TfLiteInterpreter* interpreter;
  TfLiteSignatureRunner* runner = NULL;
  CHECK(argc == 2);
  null_handles();
  TfLiteInterpreterOptionsSetErrorReporter(options, keep_report, NULL);
  CHECK(TfLiteInterpreterCreate(NULL, options) == NULL);
  model = TfLiteModelCreateFromFile(argv[1]);
  CHECK(model != NULL);
  two_threads(model);
  interpreter = TfLiteInterpreterCreate(model, options);
  TfLiteModelDelete(model);
  TfLiteInterpreterOptionsDelete(options);
  wrong_sizes(interpreter);
  if (TfLiteInterpreterGetSignatureCount(interpreter) > 0)
    runner = TfLiteInterpreterGetSignatureRunner(interpreter,
                                                 TfLiteInterpreterGetSignatureKey(interpreter, 0));
  TfLiteInterpreterDelete(interpreter);
  if (runner) CHECK(TfLiteSignatureRunnerAllocateTensors(runner) == kTfLiteOk);
  if (runner) CHECK(TfLiteSignatureRunnerInvoke(runner) == kTfLiteOk);
  TfLiteSignatureRunnerDelete(runner);
  puts("misuse is answered");
  return 0;
}
