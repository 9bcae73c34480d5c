/* tensorflow/lite/core/c/operator.h under the newer path. */
#pragma once

#include "tensorflow/lite/core/c/operator.h"
