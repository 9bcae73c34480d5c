/* The device library for C, and for whatever speaks C: models by name, verified, brought up to date
 * and swapped between two inferences.
 *
 * Every call that can fail returns a samara_status; samara_device_message() then says what failed, as
 * a sentence. Handles are opaque, made by the call that gives them and freed by the call named with
 * them; freeing NULL does nothing. Texts given out belong to their handle. No call throws, and none
 * ends the process.
 *
 * Threads: all calls may be made from any thread at any time, but options are one thread's at a
 * time, and nothing may use a handle while or after it is freed. Callbacks come from threads of the
 * library or of the caller, one at a time for each device but those of a chain, and may make every
 * call but samara_device_free() and samara_device_shutdown().
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "samara/base/export.h"
#include "samara/c/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* "ok", "not_found" ...; "unknown" for other numbers. */
SAMARA_API const char* samara_status_name(samara_status status);
/* What the last call of this thread that failed said; "" before any did. Valid until the next one. */
SAMARA_API const char* samara_device_message(void);

typedef enum samara_policy SAMARA_INT_ENUM {
  SAMARA_LOCAL_MODEL = 0,
  SAMARA_LOCAL_MODEL_UPDATE_IN_BACKGROUND = 1,
  SAMARA_LATEST_MODEL = 2
} samara_policy;

typedef enum samara_network SAMARA_INT_ENUM {
  SAMARA_NETWORK_UNKNOWN = 0,
  SAMARA_NETWORK_NONE = 1,
  SAMARA_NETWORK_CELLULAR = 2,
  SAMARA_NETWORK_WIFI = 3,
  SAMARA_NETWORK_ETHERNET = 4
} samara_network;

/* When a download may run. Flags are 0 or 1. */
typedef struct samara_conditions {
  int wifi, unmetered, cellular, roaming, charging, idle, background;
  int battery_percent; /* at least */
  uint64_t free_bytes; /* at least */
} samara_conditions;
/* Those that ask for nothing: cellular, roaming and background are 1, all else 0. */
SAMARA_API samara_conditions samara_conditions_default(void);

/* What the device is like; -1: not known. */
typedef struct samara_device_state {
  int network; /* samara_network */
  int metered, roaming, charging, idle, background;
  int battery_percent;
  int64_t free_bytes;
} samara_device_state;

typedef void (*samara_state_fn)(void* user, samara_device_state* state);
typedef void (*samara_progress_fn)(void* user, const char* model, uint64_t bytes, uint64_t total,
                                   double bytes_per_second);
/* What happened to a model's delivery: a row of the table of states, and why. */
typedef void (*samara_event_fn)(void* user, const char* model, const char* state, const char* event,
                                const char* next, const char* why);

/* --- options ------------------------------------------------------------------------------------ */

typedef struct samara_options samara_options;
SAMARA_API samara_options* samara_options_new(void);
SAMARA_API void samara_options_free(samara_options* options);
/* Sets one by name; those marked * may be set several times.
 *
 *   folder          where models are kept; needed
 *   root            file with the repository's first root.json; for a hub, needed once
 *   metadata_url *  the repository's address for metadata; for a hub. A second one begins another hub,
 *                   whose root, target_url, token, channel, pin and allow_online follow; the first hub
 *                   that knows a model answers
 *   target_url *    addresses of its target files, best first; none: no hub is asked
 *   token           of a hub whose project is not public
 *   channel         "stable"
 *   pin             followed in place of the channel, where the hub has it
 *   allow_online    "true": also models that the hub alone has signed, not their owner
 *   accepts_major * major versions that the app knows: "2", "1-3" or "any", of all models, or of one:
 *                   "NAME=2". Without: that of the bundled version, else of the first delivered one
 *   app, app_version, device_class    by which versions that are for some devices only are chosen
 *   key_file, kernel_key   models lie encrypted on the disk, and only samara_device_open() opens them:
 *                   a file of 32 bytes or their digits that nobody else may read; a key in the
 *                   kernel's keyrings
 *   numerics        how integers round: "xnnpack", or "reference" (docs/numerics.md)
 *   app_confirms    "true": a new version is on trial until samara_device_confirm()
 *   updates         "false": what is here stays
 *   retry_ms        after which an update that failed is tried again; "0": not by itself
 *   bytes_per_second, reserve_bytes   of downloads
 *   proxy, ca_file, user_agent        of the network
 *   sys, bus        where the device's state is read: "/sys", a D-Bus address or "-"
 *
 * Errors: SAMARA_INVALID_ARGUMENT (no such option, or no such value). */
SAMARA_API samara_status samara_options_set(samara_options* options, const char* name,
                                            const char* value);
/* A model that comes with the app. */
SAMARA_API samara_status samara_options_bundle(samara_options* options, const char* model,
                                               const char* version, const char* path);
/* For the first download of a model, and for the next ones. NULL leaves as they are. */
SAMARA_API samara_status samara_options_conditions(samara_options* options,
                                                   const samara_conditions* first,
                                                   const samara_conditions* updates);
/* In place of the device's own files and services: a function that is asked, or what the app says,
 * now and by samara_device_tell_state(). The last call holds. */
SAMARA_API void samara_options_on_state(samara_options* options, samara_state_fn fn, void* user);
SAMARA_API void samara_options_state(samara_options* options, const samara_device_state* state);
/* As key_file, with a key of the app's own keystore: fills all of `key`. Other than SAMARA_OK: there
 * is none now, and no model is opened. It may be called from any thread. */
#define SAMARA_KEY_BYTES 32
typedef samara_status (*samara_key_fn)(void* user, unsigned char* key);
SAMARA_API void samara_options_on_key(samara_options* options, samara_key_fn fn, void* user);
SAMARA_API void samara_options_on_progress(samara_options* options, samara_progress_fn fn,
                                           void* user);
SAMARA_API void samara_options_on_event(samara_options* options, samara_event_fn fn, void* user);

/* --- device ------------------------------------------------------------------------------------- */

/* A device library of its own, with its folder and its thread. Where a call takes one, NULL is the
 * default device, which samara_device_initialize() makes. */
typedef struct samara_device samara_device;
SAMARA_API samara_status samara_device_new(const samara_options* options, samara_device** out);
/* Ends downloads under way; what has come is kept. */
SAMARA_API void samara_device_free(samara_device* device);
/* Errors: SAMARA_FAILED_PRECONDITION (there is one). */
SAMARA_API samara_status samara_device_initialize(const samara_options* options);
SAMARA_API void samara_device_shutdown(void);

/* What the device is like from now on; a download that waits is judged anew.
 * Errors: SAMARA_FAILED_PRECONDITION (the options had no samara_options_state()). */
SAMARA_API samara_status samara_device_tell_state(samara_device* device,
                                                  const samara_device_state* state);

/* A model's file, or several. Paths stay valid while the version is current or previous; open the
 * model, or hold the file open, to keep it longer. */
typedef struct samara_files samara_files;
typedef struct samara_file {
  const char* name;
  const char* version;
  const char* path;   /* "": not downloaded */
  const char* sha256; /* "": a bundled model */
  const char* source;
  const char* state; /* "current", "previous", "bundled", "offered" */
  uint64_t size;
  int proven;
} samara_file;
SAMARA_API size_t samara_files_count(const samara_files* files);
/* NULL beyond the last. */
SAMARA_API const samara_file* samara_files_at(const samara_files* files, size_t i);
SAMARA_API void samara_files_free(samara_files* files);

/* conditions: NULL leaves them as they are.
 * Errors: SAMARA_NOT_FOUND (no such model), SAMARA_UNAVAILABLE (none is here, and none can be had). */
SAMARA_API samara_status samara_device_get(samara_device* device, const char* model,
                                           samara_policy policy,
                                           const samara_conditions* conditions, samara_files** out);
SAMARA_API samara_status samara_device_get_with_fallback(samara_device* device, const char* model,
                                                         const char* version, const char* path,
                                                         samara_policy policy, samara_files** out);
/* One of sha256 (64 digits) and public_key (PEM) is NULL. name NULL: one is made of the address. */
SAMARA_API samara_status samara_device_get_from_url(samara_device* device, const char* url,
                                                    const char* sha256, const char* public_key,
                                                    const char* name, samara_policy policy,
                                                    samara_files** out);
SAMARA_API samara_status samara_device_latest_file(samara_device* device, const char* model,
                                                   samara_files** out);
SAMARA_API samara_status samara_device_list(samara_device* device, samara_files** out);
/* What is newest, without a download. */
SAMARA_API samara_status samara_device_details(samara_device* device, const char* model,
                                               samara_files** out);
SAMARA_API samara_status samara_device_is_downloaded(samara_device* device, const char* model,
                                                     int* out);
SAMARA_API samara_status samara_device_is_ready(samara_device* device, const char* model, int* out);
SAMARA_API samara_status samara_device_is_update_available(samara_device* device, const char* model,
                                                           int* out);
/* Called once, with the file, or NULL and why not; `files` is freed after the call. */
typedef void (*samara_ready_fn)(void* user, const samara_files* files, samara_status status);
SAMARA_API samara_status samara_device_when_ready(samara_device* device, const char* model,
                                                  samara_ready_fn fn, void* user);
SAMARA_API samara_status samara_device_update(samara_device* device, const char* model);
SAMARA_API samara_status samara_device_prefetch(samara_device* device, const char* const* models,
                                                size_t count);
/* Returns when the updates that were started behind other calls are over. */
SAMARA_API samara_status samara_device_wait(samara_device* device);
SAMARA_API samara_status samara_device_cancel(samara_device* device, const char* model);
/* Forgets the model and removes its files; one that is not here is no error. */
SAMARA_API samara_status samara_device_delete(samara_device* device, const char* model);
/* version "": any may come in use again. */
SAMARA_API samara_status samara_device_pin(samara_device* device, const char* model,
                                           const char* version);
SAMARA_API samara_status samara_device_confirm(samara_device* device, const char* model);
/* Back to the last good version; the one in use is not taken again.
 * Errors: SAMARA_FAILED_PRECONDITION (there is none to return to, and the model stays). */
SAMARA_API samara_status samara_device_roll_back(samara_device* device, const char* model,
                                                 const char* reason);
/* What is in use and why no other. The text is freed by samara_text_free(). */
SAMARA_API samara_status samara_device_explain(samara_device* device, const char* model,
                                               char** out);
SAMARA_API void samara_text_free(char* text);

/* --- inference ---------------------------------------------------------------------------------- */

/* An open model: it runs what is here at once, and what is newer from the inference after it came. */
typedef struct samara_live_model samara_live_model;
SAMARA_API samara_status samara_device_open(samara_device* device, const char* model,
                                            samara_policy policy, samara_live_model** out);
/* Before the device that opened it. */
SAMARA_API void samara_live_model_free(samara_live_model* model);
SAMARA_API samara_status samara_live_model_file(samara_live_model* model, samara_files** out);

/* The inputs (or outputs) of the version in use now, into at most `room`; `count` gets how many there
 * are. Names belong to the model and are valid until its next samara_live_model_tensors() call. */
SAMARA_API samara_status samara_live_model_tensors(samara_live_model* model, int outputs,
                                                   samara_tensor* tensors, size_t room,
                                                   size_t* count);

typedef struct samara_buffer {
  const void* data;
  size_t size;
} samara_buffer;

typedef enum samara_way SAMARA_INT_ENUM {
  SAMARA_WAY_DELEGATE = 0,
  SAMARA_WAY_CPU = 1,
  SAMARA_WAY_PREVIOUS = 2,
  SAMARA_WAY_BUNDLED = 3,
  SAMARA_WAY_CALLBACK = 4,
  SAMARA_WAY_REMOTE = 5
} samara_way;
/* "cpu", "remote" ...; "unknown" for other numbers. */
SAMARA_API const char* samara_way_name(samara_way way);

/* The app's own answer: sets the outputs with samara_answer_add(). Other than SAMARA_OK: the next way
 * is gone. */
typedef struct samara_answer samara_answer;
typedef samara_status (*samara_callback_fn)(void* user, const samara_buffer* inputs, size_t count,
                                            samara_answer* answer);
SAMARA_API void samara_answer_add(samara_answer* answer, const void* data, size_t size);

/* The ways an inference goes, in the order in which they are named; without any, the CPU alone. They
 * are named before the first run. previous and bundled: those slots of the same model. */
SAMARA_API samara_status samara_live_model_then(samara_live_model* model, samara_way way);
SAMARA_API samara_status samara_live_model_then_callback(samara_live_model* model,
                                                         samara_callback_fn fn, void* user);
/* An https address of the Open Inference Protocol (.../v2/models/NAME/infer); authorization: the
 * header's value, or NULL; most_ms 0: ten seconds. */
SAMARA_API samara_status samara_live_model_then_remote(samara_live_model* model, const char* url,
                                                       const char* authorization, int64_t most_ms);

/* One inference. The answer is freed by samara_answer_free(). */
SAMARA_API samara_status samara_live_model_run(samara_live_model* model,
                                               const samara_buffer* inputs, size_t count,
                                               samara_answer** out);
SAMARA_API size_t samara_answer_count(const samara_answer* answer);
/* Empty beyond the last. */
SAMARA_API samara_buffer samara_answer_output(const samara_answer* answer, size_t i);
SAMARA_API samara_way samara_answer_way(const samara_answer* answer);
/* The version that answered; NULL: the app's function or an endpoint did. Both belong to the answer. */
SAMARA_API const samara_file* samara_answer_file(const samara_answer* answer);
/* What output i is in the version that answered, and in the shape that it had; where no version did, what
 * it is in the version in use. Errors: SAMARA_NOT_FOUND (no such output). */
SAMARA_API samara_status samara_answer_tensor(const samara_answer* answer, size_t i,
                                              samara_tensor* out);
/* "answered by bundled; cpu: ..." */
SAMARA_API const char* samara_answer_why(const samara_answer* answer);
SAMARA_API void samara_answer_free(samara_answer* answer);

#ifdef __cplusplus
}
#endif
