/* A program in C99 that knows the TensorFlow Lite C API alone: it loads a model from a file and from
 * memory, runs it, resizes it, uses its signature, and is told what is wrong.
 *
 *   runs MODEL   a model with one input [n, 32, 32, 3] of floats and one output [n, 10] */
#include <math.h>

#include "check.h"
#include "tensorflow/lite/c/c_api.h"
#include "tensorflow/lite/c/c_api_experimental.h"

enum { kIn = 32 * 32 * 3, kOut = 10 };

static void fill(float* values, int count) {
  int i;
  for (i = 0; i < count; ++i) values[i] = (float)(i % 17) / 17.0f;
}

static void* read_file(const char* path, size_t* size) {
  FILE* const file = fopen(path, "rb");
  void* bytes;
  CHECK(file != NULL);
  CHECK(fseek(file, 0, SEEK_END) == 0);
  *size = (size_t)ftell(file);
  rewind(file);
  bytes = malloc(*size);
  CHECK(bytes != NULL && fread(bytes, 1, *size, file) == *size);
  fclose(file);
  return bytes;
}

/* One run with the values of fill(); `out` gets the first ten outputs. */
static void run(TfLiteInterpreter* interpreter, int batch, float* out) {
  TfLiteTensor* const input = TfLiteInterpreterGetInputTensor(interpreter, 0);
  const TfLiteTensor* output;
  float* const values = malloc((size_t)batch * kIn * sizeof(float));
  fill(values, batch * kIn);
  CHECK(TfLiteTensorByteSize(input) == (size_t)batch * kIn * sizeof(float));
  CHECK(TfLiteTensorCopyFromBuffer(input, values, TfLiteTensorByteSize(input)) == kTfLiteOk);
  CHECK(memcmp(TfLiteTensorData(input), values, TfLiteTensorByteSize(input)) == 0);
  free(values);
  CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteOk);
  output = TfLiteInterpreterGetOutputTensor(interpreter, 0);
  CHECK(TfLiteTensorType(output) == kTfLiteFloat32);
  CHECK(TfLiteTensorNumDims(output) == 2 && TfLiteTensorDim(output, 0) == batch);
  CHECK(TfLiteTensorDim(output, 1) == kOut && TfLiteTensorDim(output, 2) == -1);
  CHECK(output->dims->data[1] == kOut && output->data.raw == TfLiteTensorData(output));
  memcpy(out, TfLiteTensorData(output), kOut * sizeof(float));
}

static void is_distribution(const float* out) {
  float sum = 0;
  int i;
  for (i = 0; i < kOut; ++i) sum += out[i];
  CHECK(fabsf(sum - 1.0f) < 1e-3f);
}

static void resizes(TfLiteInterpreter* interpreter, const float* expected) {
  const int three[4] = {3, 32, 32, 3}, one[4] = {1, 32, 32, 3}, bad[4] = {1, -5, 32, 3};
  float out[kOut];
  CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 0, three, 4) == kTfLiteOk);
  CHECK(TfLiteTensorDim(TfLiteInterpreterGetInputTensor(interpreter, 0), 0) == 3);
  CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteError);
  CHECK_REPORTED("Invoke called on model that is not ready");
  CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
  run(interpreter, 3, out);
  CHECK(fabsf(out[0] - expected[0]) < 1e-5f);
  CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 0, bad, 4) == kTfLiteError);
  CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 7, one, 4) == kTfLiteError);
  CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 0, NULL, 4) == kTfLiteError);
  CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 0, one, -1) == kTfLiteError);
  CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 0, one, 4) == kTfLiteOk);
  CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
  run(interpreter, 1, out);
  CHECK(memcmp(out, expected, sizeof out) == 0);
}

/* Memory of the caller's for input and output. */
static void takes_memory(const TfLiteModel* model, const float* expected) {
  TfLiteInterpreter* const interpreter = TfLiteInterpreterCreate(model, NULL);
  char* const raw = malloc(kIn * sizeof(float) + 64 + 256);
  char* const in = raw + (64 - (size_t)raw % 64) % 64;
  float result[kOut];
  TfLiteCustomAllocation memory = {NULL, kIn * sizeof(float)};
  const int input = TfLiteInterpreterGetInputTensorIndex(interpreter, 0);
  const int output = TfLiteInterpreterGetOutputTensorIndex(interpreter, 0);
  CHECK(TfLiteInterpreterSetCustomAllocationForTensor(interpreter, input, &memory, 0) ==
        kTfLiteError);
  memory.data = in + 1;
  CHECK(TfLiteInterpreterSetCustomAllocationForTensor(interpreter, input, &memory, 0) ==
        kTfLiteError);
  memory.data = in;
  memory.bytes = 8;
  CHECK(TfLiteInterpreterSetCustomAllocationForTensor(interpreter, input, &memory, 0) == kTfLiteOk);
  CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteError); /* too small */
  memory.bytes = kIn * sizeof(float);
  CHECK(TfLiteInterpreterSetCustomAllocationForTensor(interpreter, input, &memory, 0) == kTfLiteOk);
  memory.data = result;
  memory.bytes = sizeof result;
  CHECK(TfLiteInterpreterSetCustomAllocationForTensor(
            interpreter, output, &memory, kTfLiteCustomAllocationFlagsSkipAlignCheck) == kTfLiteOk);
  CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
  CHECK(TfLiteTensorData(TfLiteInterpreterGetInputTensor(interpreter, 0)) == in);
  fill((float*)(void*)in, kIn);
  CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteOk);
  CHECK(memcmp(result, expected, sizeof result) == 0);
  TfLiteInterpreterDelete(interpreter);
  free(raw);
}

static void says_what_is_wrong(const char* path) {
  size_t size;
  char* const bytes = read_file(path, &size);
  CHECK(TfLiteModelCreateFromFileWithErrorReporter("no such file", keep_report, NULL) == NULL);
  CHECK_REPORTED("no such file");
  CHECK(TfLiteModelCreateWithErrorReporter("rubbish", 7, keep_report, NULL) == NULL);
  memset(bytes + size / 2, 0xA5, size / 4);
  TfLiteModelDelete(TfLiteModelCreateWithErrorReporter(bytes, size / 3, keep_report, NULL));
  free(bytes);
}

static void has_signatures(TfLiteInterpreter* interpreter, const float* expected) {
  TfLiteSignatureRunner* runner;
  const char* key;
  float values[kIn], out[kOut];
  CHECK(TfLiteInterpreterGetSignatureRunner(interpreter, "no such key") == NULL);
  CHECK_REPORTED("Invalid signature_key provided");
  if (TfLiteInterpreterGetSignatureCount(interpreter) == 0) return;
  key = TfLiteInterpreterGetSignatureKey(interpreter, 0);
  CHECK(key != NULL && TfLiteInterpreterGetSignatureKey(interpreter, 99) == NULL);
  runner = TfLiteInterpreterGetSignatureRunner(interpreter, key);
  CHECK(runner != NULL && TfLiteSignatureRunnerGetInputCount(runner) == 1);
  CHECK(TfLiteSignatureRunnerGetInputName(runner, 5) == NULL);
  CHECK(TfLiteSignatureRunnerGetInputTensor(runner, "no such input") == NULL);
  CHECK(TfLiteSignatureRunnerAllocateTensors(runner) == kTfLiteOk);
  fill(values, kIn);
  CHECK(TfLiteTensorCopyFromBuffer(TfLiteSignatureRunnerGetInputTensor(
                                       runner, TfLiteSignatureRunnerGetInputName(runner, 0)),
                                   values, sizeof values) == kTfLiteOk);
  CHECK(TfLiteSignatureRunnerInvoke(runner) == kTfLiteOk);
  CHECK(TfLiteTensorCopyToBuffer(TfLiteSignatureRunnerGetOutputTensor(
                                     runner, TfLiteSignatureRunnerGetOutputName(runner, 0)),
                                 out, sizeof out) == kTfLiteOk);
  CHECK(memcmp(out, expected, sizeof out) == 0);
  TfLiteSignatureRunnerDelete(runner);
}

int main(int argc, char** argv) {
  size_t size;
  void* bytes;
  TfLiteModel* model;
  TfLiteInterpreterOptions* options;
  TfLiteInterpreter* interpreter;
  float out[kOut], again[kOut];
  CHECK(argc == 2);
  CHECK(TfLiteSchemaVersion() == 3 && strlen(TfLiteVersion()) > 2);
  options = TfLiteInterpreterOptionsCreate();
  TfLiteInterpreterOptionsSetErrorReporter(options, keep_report, NULL);
  TfLiteInterpreterOptionsSetNumThreads(options, 2);

  model = TfLiteModelCreateFromFile(argv[1]);
  CHECK(model != NULL);
  interpreter = TfLiteInterpreterCreate(model, options);
  CHECK(interpreter != NULL);
  CHECK(TfLiteInterpreterGetInputTensorCount(interpreter) == 1);
  CHECK(TfLiteInterpreterGetOutputTensorCount(interpreter) == 1);
  CHECK(TfLiteTensorData(TfLiteInterpreterGetInputTensor(interpreter, 0)) == NULL);
  CHECK(TfLiteInterpreterCancel(interpreter) == kTfLiteError); /* not enabled */
  CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
  run(interpreter, 1, out);
  is_distribution(out);
  resizes(interpreter, out);
  has_signatures(interpreter, out);
  takes_memory(model, out);
  TfLiteModelDelete(model); /* before its interpreter */
  run(interpreter, 1, again);
  CHECK(memcmp(out, again, sizeof out) == 0);
  TfLiteInterpreterDelete(interpreter);

  bytes = read_file(argv[1], &size);
  model = TfLiteModelCreate(bytes, size);
  interpreter = TfLiteInterpreterCreate(model, NULL);
  CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
  run(interpreter, 1, again);
  CHECK(memcmp(out, again, sizeof out) == 0);
  TfLiteInterpreterDelete(interpreter);
  TfLiteModelDelete(model);
  free(bytes);

  says_what_is_wrong(argv[1]);
  TfLiteInterpreterOptionsDelete(options);
  puts("runs, resizes, and says what is wrong");
  return 0;
}
