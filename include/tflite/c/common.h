/* tensorflow/lite/c/common.h under the newer path. */
#pragma once

#include "tensorflow/lite/c/common.h"
