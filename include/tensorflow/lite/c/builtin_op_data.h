/* tensorflow/lite/core/c/builtin_op_data.h under the name that programs include. */
#pragma once

#include "tensorflow/lite/core/c/builtin_op_data.h"
