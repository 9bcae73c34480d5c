/* tensorflow/lite/builtin_ops.h under the newer path. */
#pragma once

#include "tensorflow/lite/builtin_ops.h"
