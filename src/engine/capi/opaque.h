// What the opaque handles of c_api_opaque.h stand for, beyond the plain structures.
#pragma once

#include "tensorflow/lite/core/c/c_api_opaque.h"

struct TfLiteOpaqueTensorBuilder {
  TfLiteType type = kTfLiteNoType;
  void* data = nullptr;
  TfLiteAllocationType allocation_type = kTfLiteArenaRw;
  TfLiteQuantizationParams params{0, 0};
  TfLiteQuantization quantization{kTfLiteNoQuantization, nullptr};
};
