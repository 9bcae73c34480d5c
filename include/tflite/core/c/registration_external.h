/* tensorflow/lite/core/c/registration_external.h under the newer path. */
#pragma once

#include "tensorflow/lite/core/c/registration_external.h"
