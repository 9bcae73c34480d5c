/* tensorflow/lite/c/c_api_experimental.h under the newer path. */
#pragma once

#include "tensorflow/lite/c/c_api_experimental.h"
