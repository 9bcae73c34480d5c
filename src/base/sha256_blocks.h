// The inner part of SHA-256: whole blocks of 64 bytes, by each way that this CPU knows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace samara {

using Sha256Blocks = void (*)(uint32_t* state, const std::byte* at, size_t blocks);

struct Sha256Variant {
  std::string_view name;
  Sha256Blocks blocks;
};

/// Best first; the portable one, which is their oracle, last.
std::span<const Sha256Variant> sha256_variants();

}  // namespace samara
