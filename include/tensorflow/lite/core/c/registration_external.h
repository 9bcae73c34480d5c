/* The older name of operator.h. */
#pragma once

#include "tensorflow/lite/core/c/operator.h"  // IWYU pragma: export
