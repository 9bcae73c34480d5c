/* tensorflow/lite/core/c/registration_external.h under the name that programs include. */
#pragma once

#include "tensorflow/lite/core/c/registration_external.h"
