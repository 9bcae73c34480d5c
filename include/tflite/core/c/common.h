/* tensorflow/lite/core/c/common.h under the newer path. */
#pragma once

#include "tensorflow/lite/core/c/common.h"
