// The functions of flatc's object API.
#include "engine/schema/generated/tflite_object_generated.h"

namespace samara::fb {
#include "engine/schema/generated/tflite_object_functions.inc"
}  // namespace samara::fb
