/* tensorflow/lite/profiling/telemetry/c/telemetry_setting.h under the newer path. */
#pragma once

#include "tensorflow/lite/profiling/telemetry/c/telemetry_setting.h"
