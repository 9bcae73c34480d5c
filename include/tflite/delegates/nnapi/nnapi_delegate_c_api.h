/* tensorflow/lite/delegates/nnapi/nnapi_delegate_c_api.h under the newer path. */
#pragma once

#include "tensorflow/lite/delegates/nnapi/nnapi_delegate_c_api.h"
