// Custom options as C structs, for tests.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

namespace samara::testing {

inline std::vector<uint8_t> raw_struct(std::vector<int32_t> ints) {
  std::vector<uint8_t> out(ints.size() * 4);
  std::memcpy(out.data(), ints.data(), out.size());
  return out;
}

}  // namespace samara::testing
