/* tensorflow/lite/core/c/builtin_op_data.h under the newer path. */
#pragma once

#include "tensorflow/lite/core/c/builtin_op_data.h"
