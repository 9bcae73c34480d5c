/* tensorflow/lite/c/operator.h under the newer path. */
#pragma once

#include "tensorflow/lite/c/operator.h"
