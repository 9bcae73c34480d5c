/* What the C APIs of the engine (engine.h) and of the device library (device.h) share. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
/* Numbers without a name are no undefined behaviour in C++ either. */
#define SAMARA_INT_ENUM : int
#else
#define SAMARA_INT_ENUM
#endif

typedef enum samara_status SAMARA_INT_ENUM {
  SAMARA_OK = 0,
  SAMARA_INVALID_ARGUMENT = 1,
  SAMARA_INVALID_MODEL = 2,
  SAMARA_UNSUPPORTED = 3,
  SAMARA_NOT_FOUND = 4,
  SAMARA_IO = 5,
  SAMARA_RESOURCE_EXHAUSTED = 6,
  SAMARA_CANCELLED = 7,
  SAMARA_DEADLINE_EXCEEDED = 8,
  SAMARA_UNAVAILABLE = 9,
  SAMARA_DATA_LOSS = 10,
  SAMARA_PERMISSION_DENIED = 11,
  SAMARA_FAILED_PRECONDITION = 12,
  SAMARA_INTERNAL = 13,
  SAMARA_NOT_INITIALIZED = 100 /* the default device is used before samara_device_initialize() */
} samara_status;

#define SAMARA_MOST_DIMENSIONS 8
typedef struct samara_tensor {
  const char* name;
  const char* type; /* "float32", "int8" ... */
  int dimensions;
  int32_t shape[SAMARA_MOST_DIMENSIONS];
} samara_tensor;

#ifdef __cplusplus
}
#endif
