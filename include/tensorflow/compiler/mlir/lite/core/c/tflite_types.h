/* tensorflow/lite/core/c/c_api_types.h under a name that sources of TensorFlow know. */
#pragma once

#include "tensorflow/lite/core/c/c_api_types.h"
