/* tensorflow/lite/delegates/gpu/delegate.h under the newer path. */
#pragma once

#include "tensorflow/lite/delegates/gpu/delegate.h"
