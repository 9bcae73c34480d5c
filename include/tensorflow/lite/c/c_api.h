/* tensorflow/lite/core/c/c_api.h under the name that programs include. */
#pragma once

#include "tensorflow/lite/core/c/c_api.h"
