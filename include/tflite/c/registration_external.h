/* tensorflow/lite/c/registration_external.h under the newer path. */
#pragma once

#include "tensorflow/lite/c/registration_external.h"
