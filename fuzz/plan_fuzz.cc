// Any bytes: as a model that is loaded and planned within small limits, in either numerics profile.
#include "exercise.h"

using namespace samara;  // NOLINT: a program

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto numerics = size % 2 ? Numerics::xnnpack : Numerics::reference;
  (void)fuzz::load_and_plan({reinterpret_cast<const std::byte*>(data), size}, numerics).ok();
  return 0;
}
