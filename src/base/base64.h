// Base64 (RFC 4648), in its common and its URL-safe alphabet.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace samara {

/// With padding, in the common alphabet.
std::string base64_encode(std::span<const std::byte> bytes);
/// Without padding, in the alphabet for addresses.
std::string base64url_encode(std::span<const std::byte> bytes);
/// Takes both alphabets, with or without padding; nothing for any other text.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace samara
