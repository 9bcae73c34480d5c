// FarmHash's 64-bit fingerprint, which LSH_PROJECTION is defined by.
// Rules from: github.com/google/farmhash, Fingerprint64 (farmhashna::Hash64); it never changes.
#pragma once

#include <cstdint>
#include <string_view>

namespace samara::ops {

uint64_t farm_fingerprint64(std::string_view bytes);

}  // namespace samara::ops
