/* tensorflow/lite/c/c_api_opaque.h under the newer path. */
#pragma once

#include "tensorflow/lite/c/c_api_opaque.h"
