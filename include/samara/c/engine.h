/* The engine for C, and for whatever speaks C: what the TensorFlow Lite C API cannot say (numerics,
 * deadlines, shared pools, budgets, times of operators), and errors that say what and where.
 *
 * Every call that can fail returns NULL, or an error that the caller frees. Handles are opaque, made
 * by the call that gives them and freed by the call named with them; freeing NULL does nothing. What
 * a call gives out by pointer belongs to its handle. No call throws, and none ends the process.
 *
 * Threads: a model and a pool serve any number of threads at once. A session is one thread's at a
 * time. A cancellation is cancelled from any thread. A model or pool may be freed while sessions use
 * it: they keep it.
 */
#pragma once

#include "samara/base/export.h"
#include "samara/c/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- errors ------------------------------------------------------------------------------------- */

typedef struct samara_error samara_error;
/* SAMARA_OK for NULL. */
SAMARA_API samara_status samara_error_status(const samara_error* error);
/* "invalid_model" ...; "ok" for NULL. */
SAMARA_API const char* samara_error_name(const samara_error* error);
/* What failed, where and while doing what, on one line; "" for NULL. */
SAMARA_API const char* samara_error_text(const samara_error* error);
SAMARA_API void samara_error_free(samara_error* error);

/* --- model -------------------------------------------------------------------------------------- */

/* Settings by name, each with its text, of a model or of a session. Later ones win. */
typedef struct samara_setting {
  const char* name;
  const char* value;
} samara_setting;

/* A loaded .tflite, which never changes: graph and packed weights.
 *
 * Settings of a model:
 *   numerics        how integers round: "xnnpack" (the default) or "reference" (docs/numerics.md)
 *   fold_constants  "true": what depends on constants alone is computed once, at load
 *   fold_limit_ms   most time for that; "0": no limit
 *   packed_limit    most bytes of packed weights; "0": a gigabyte, and 16 for each byte of the file
 *   ops_library     a shared object with operators of one's own (examples/own_op); may come again
 *
 * Errors: SAMARA_INVALID_ARGUMENT (no such setting, or no such value), SAMARA_NOT_FOUND, SAMARA_IO,
 * SAMARA_INVALID_MODEL, SAMARA_UNSUPPORTED (an operator without a kernel, by name). */
typedef struct samara_model samara_model;
SAMARA_API samara_error* samara_model_load(const char* path, const samara_setting* settings,
                                           size_t count, samara_model** out);
/* Of bytes, which are copied. */
SAMARA_API samara_error* samara_model_load_bytes(const void* data, size_t size,
                                                 const samara_setting* settings, size_t count,
                                                 samara_model** out);
SAMARA_API void samara_model_free(samara_model* model);
SAMARA_API size_t samara_model_signatures(const samara_model* model);
/* The key by which a session names it; "" for a model without signatures. NULL beyond the last. */
SAMARA_API const char* samara_model_signature(const samara_model* model, size_t i);

/* --- pool --------------------------------------------------------------------------------------- */

/* Threads that sessions share. */
typedef struct samara_pool samara_pool;
/* threads: those that work in one session's parallel region, the caller among them; 1..1024. */
SAMARA_API samara_error* samara_pool_new(int threads, samara_pool** out);
SAMARA_API void samara_pool_free(samara_pool* pool);

/* --- session ------------------------------------------------------------------------------------ */

/* Shapes, memory and state of one user of a model.
 *
 * Settings of a session:
 *   threads         of a pool of its own: "1"; not used where a pool is given
 *   signature       by its key; "": the model's first
 *   arena_limit     most bytes of activations and scratch
 *   loop_limit      most iterations of one WHILE; "0": none
 *   time_limit_ms   of one plan or run; "0": none
 *
 * Errors: SAMARA_INVALID_ARGUMENT, SAMARA_NOT_FOUND (signature), SAMARA_RESOURCE_EXHAUSTED,
 * SAMARA_INVALID_MODEL (shapes that do not fit; the text names operator and tensor). */
typedef struct samara_session samara_session;
/* pool NULL: one of its own. */
SAMARA_API samara_error* samara_session_new(const samara_model* model, samara_pool* pool,
                                            const samara_setting* settings, size_t count,
                                            samara_session** out);
SAMARA_API void samara_session_free(samara_session* session);

SAMARA_API size_t samara_session_inputs(const samara_session* session);
SAMARA_API size_t samara_session_outputs(const samara_session* session);
/* What input or output i is now. The name is valid while the session lives.
 * Errors: SAMARA_INVALID_ARGUMENT (no such one). */
SAMARA_API samara_error* samara_session_input(const samara_session* session, size_t i,
                                              samara_tensor* out);
SAMARA_API samara_error* samara_session_output(const samara_session* session, size_t i,
                                               samara_tensor* out);
/* real = scale * (integer - zero_point): one pair for the whole tensor, one for each slice of `axis`,
 * or none (count 0). Valid while the session lives. */
typedef struct samara_quantization {
  const float* scales;
  const int32_t* zero_points;
  size_t count;
  int axis;
} samara_quantization;
SAMARA_API samara_error* samara_session_input_quantization(const samara_session* session, size_t i,
                                                           samara_quantization* out);
SAMARA_API samara_error* samara_session_output_quantization(const samara_session* session, size_t i,
                                                            samara_quantization* out);

/* Gives input i another shape, which the next plan or run goes by. */
SAMARA_API samara_error* samara_session_resize(samara_session* session, size_t i,
                                               const int32_t* shape, int dimensions);
/* Input i's memory, to be written before a run; a new shape takes effect first, and earlier pointers
 * end with it. Not for strings. */
SAMARA_API samara_error* samara_session_input_data(samara_session* session, size_t i, void** data,
                                                   size_t* size);
/* Output i's memory, as the last run left it; for strings the packed form: count, offsets, bytes. */
SAMARA_API samara_error* samara_session_output_data(const samara_session* session, size_t i,
                                                    const void** data, size_t* size);
/* Copies texts, which may hold any bytes, into input i. */
typedef struct samara_bytes {
  const void* data;
  size_t size;
} samara_bytes;
SAMARA_API samara_error* samara_session_set_strings(samara_session* session, size_t i,
                                                    const samara_bytes* texts, size_t count);
/* The texts of output i; they are valid until the next call for that session. */
SAMARA_API samara_error* samara_session_strings(samara_session* session, size_t i,
                                                const samara_bytes** texts, size_t* count);

/* One operator of a run: its place in the file, what it is, its first output, and its time. The texts
 * are valid during the call. */
typedef struct samara_node {
  int subgraph, index;
  const char* op;
  const char* name;
  int64_t nanoseconds;
} samara_node;
typedef void (*samara_node_fn)(void* user, const samara_node* node);

/* Ends the runs that go by it, those under way and those to come. */
typedef struct samara_cancellation samara_cancellation;
SAMARA_API samara_cancellation* samara_cancellation_new(void);
SAMARA_API void samara_cancellation_cancel(samara_cancellation* cancellation);
/* After the runs that go by it. */
SAMARA_API void samara_cancellation_free(samara_cancellation* cancellation);

typedef struct samara_run {
  int64_t deadline_ms;    /* of wall time; 0: the session's time_limit_ms */
  samara_node_fn on_node; /* called after every operator, by the thread that runs; or NULL */
  void* user;
  const samara_cancellation* cancellation; /* or NULL */
} samara_run;
/* One inference. how NULL: all zero.
 * Errors: SAMARA_INVALID_ARGUMENT (a value in the inputs is out of range), SAMARA_CANCELLED,
 * SAMARA_DEADLINE_EXCEEDED, SAMARA_RESOURCE_EXHAUSTED, SAMARA_DATA_LOSS. */
SAMARA_API samara_error* samara_session_run(samara_session* session, const samara_run* how);
/* Variables (the state of an LSTM ...) back to their first values. */
SAMARA_API samara_error* samara_session_reset(samara_session* session);

/* Bytes of the plan as it is now. */
typedef struct samara_memory {
  uint64_t arena;     /* activations and scratch, of this session */
  uint64_t constants; /* weights as the file has them, of the model */
  uint64_t packed;    /* packed and folded ones, of the model */
} samara_memory;
SAMARA_API samara_memory samara_session_memory(const samara_session* session);

#ifdef __cplusplus
}
#endif
