/* tensorflow/lite/core/c/operator.h under the name that programs include. */
#pragma once

#include "tensorflow/lite/core/c/operator.h"
