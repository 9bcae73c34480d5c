/* tensorflow/lite/core/async/c/types.h under the newer path. */
#pragma once

#include "tensorflow/lite/core/async/c/types.h"
