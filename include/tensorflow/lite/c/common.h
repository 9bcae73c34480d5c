/* tensorflow/lite/core/c/common.h under the name that programs include. */
#pragma once

#include "tensorflow/lite/core/c/common.h"
