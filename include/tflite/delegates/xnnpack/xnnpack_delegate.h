/* tensorflow/lite/delegates/xnnpack/xnnpack_delegate.h under the newer path. */
#pragma once

#include "tensorflow/lite/delegates/xnnpack/xnnpack_delegate.h"
