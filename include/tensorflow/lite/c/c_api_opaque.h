/* tensorflow/lite/core/c/c_api_opaque.h under the name that programs include. */
#pragma once

#include "tensorflow/lite/core/c/c_api_opaque.h"
