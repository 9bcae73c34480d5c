/* tensorflow/lite/delegates/external/external_delegate.h under the newer path. */
#pragma once

#include "tensorflow/lite/delegates/external/external_delegate.h"
