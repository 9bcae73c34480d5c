// Any bytes: as a model that is loaded, planned and run within small limits, in either numerics
// profile. Whatever they are, it ends with outputs or an error, in bounded time and memory.
#include "exercise.h"

using namespace samara;  // NOLINT: a program

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto numerics = size % 2 ? Numerics::xnnpack : Numerics::reference;
  (void)fuzz::load_and_run({reinterpret_cast<const std::byte*>(data), size}, numerics, nullptr)
      .ok();
  return 0;
}
