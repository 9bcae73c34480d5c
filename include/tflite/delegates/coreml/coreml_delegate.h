/* tensorflow/lite/delegates/coreml/coreml_delegate.h under the newer path. */
#pragma once

#include "tensorflow/lite/delegates/coreml/coreml_delegate.h"
