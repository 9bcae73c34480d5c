/* tensorflow/lite/c/c_api.h under the newer path. */
#pragma once

#include "tensorflow/lite/c/c_api.h"
