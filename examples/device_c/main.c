/* A model by name, from C: bundled with the app, replaced by what is newer as soon as that is here.
 *
 *   device_c STORE BUNDLED.tflite [URL SHA256]
 *
 * With URL and SHA256 it takes the model from there first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "samara/c/device.h"

static int failed(const char* what) {
  fprintf(stderr, "%s: %s\n", what, samara_device_message());
  return 1;
}

static void on_event(void* user, const char* model, const char* state, const char* event,
                     const char* next, const char* why) {
  (void)user;
  printf("%s: %s, %s -> %s (%s)\n", model, state, event, next, why);
}

static int start(const char* store, const char* bundled) {
  samara_options* options = samara_options_new();
  int bad = samara_options_set(options, "folder", store) != SAMARA_OK ||
            samara_options_bundle(options, "digits", "bundled", bundled) != SAMARA_OK;
  samara_options_on_event(options, on_event, NULL);
  bad = bad || samara_device_initialize(options) != SAMARA_OK;
  samara_options_free(options);
  return bad ? failed("initialise") : 0;
}

/* One inference on a blank picture. */
static int infer(samara_live_model* model) {
  samara_tensor input;
  size_t count = 0;
  if (samara_live_model_tensors(model, 0, &input, 1, &count) != SAMARA_OK || count != 1)
    return failed("inputs");
  size_t size = strcmp(input.type, "float32") == 0 ? sizeof(float) : 1;
  for (int i = 0; i < input.dimensions; ++i) size *= (size_t)input.shape[i];
  samara_buffer buffer = {calloc(size, 1), size};
  samara_answer* answer = NULL;
  samara_status status = samara_live_model_run(model, &buffer, 1, &answer);
  free((void*)buffer.data);
  if (status != SAMARA_OK) return failed("run");
  printf("%s, %zu bytes of output\n", samara_answer_why(answer),
         samara_answer_output(answer, 0).size);
  samara_answer_free(answer);
  return 0;
}

int main(int argc, char** argv) {
  if (argc != 3 && argc != 5) {
    fprintf(stderr, "device_c STORE BUNDLED.tflite [URL SHA256]\n");
    return 2;
  }
  /* Before it is initialised, every call says so. */
  samara_live_model* model = NULL;
  if (samara_device_open(NULL, "digits", SAMARA_LOCAL_MODEL, &model) != SAMARA_NOT_INITIALIZED)
    return 1;
  if (start(argv[1], argv[2]) != 0) return 1;
  samara_files* files = NULL;
  if (argc == 5) {
    if (samara_device_get_from_url(NULL, argv[3], argv[4], NULL, "digits", SAMARA_LATEST_MODEL,
                                   &files) != SAMARA_OK)
      return failed("get from the address");
    samara_files_free(files);
  }
  if (samara_device_open(NULL, "digits", SAMARA_LOCAL_MODEL, &model) != SAMARA_OK)
    return failed("open");
  if (samara_live_model_file(model, &files) != SAMARA_OK) return failed("file");
  const samara_file* file = samara_files_at(files, 0);
  printf("%s %s, %s\n", file->name, file->version, file->state);
  samara_files_free(files);
  int result = infer(model);
  samara_live_model_free(model);
  samara_device_shutdown();
  return result;
}
