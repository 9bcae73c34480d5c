/* tensorflow/lite/core/c/c_api_types.h under the name that programs include. */
#pragma once

#include "tensorflow/lite/core/c/c_api_types.h"
