/* tensorflow/lite/c/c_api_types.h under the newer path. */
#pragma once

#include "tensorflow/lite/c/c_api_types.h"
