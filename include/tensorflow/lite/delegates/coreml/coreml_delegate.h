/* The Core ML delegate's names. There is none here: it is never made, as on devices without one. */
#pragma once

#include "tensorflow/lite/core/c/common.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  TfLiteCoreMlDelegateDevicesWithNeuralEngine,
  TfLiteCoreMlDelegateAllDevices
} TfLiteCoreMlDelegateEnabledDevices;

typedef struct {
  TfLiteCoreMlDelegateEnabledDevices enabled_devices;
  int coreml_version;
  int max_delegated_partitions;
  int min_nodes_per_partition;
} TfLiteCoreMlDelegateOptions;

/* NULL, and says so once. */
TFL_CAPI_EXPORT TfLiteDelegate* TfLiteCoreMlDelegateCreate(
    const TfLiteCoreMlDelegateOptions* options);
TFL_CAPI_EXPORT void TfLiteCoreMlDelegateDelete(TfLiteDelegate* delegate);

#ifdef __cplusplus
}
#endif
