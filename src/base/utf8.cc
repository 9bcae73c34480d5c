// Well-formed UTF-8 byte sequences by table 3-7 of the Unicode standard.
#include "base/utf8.h"

#include <cstdint>

namespace samara {
namespace {

/// Bytes of the character that `text` begins with; 0 where none does.
size_t character(std::string_view text) {
  const auto at = [&](size_t i) { return static_cast<uint8_t>(i < text.size() ? text[i] : 0); };
  const auto tail = [&](size_t i) { return (at(i) & 0xc0) == 0x80; };
  const uint8_t first = at(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return tail(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const uint8_t low = first == 0xe0 ? 0xa0 : 0x80, high = first == 0xed ? 0x9f : 0xbf;
    return at(1) >= low && at(1) <= high && tail(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const uint8_t low = first == 0xf0 ? 0x90 : 0x80, high = first == 0xf4 ? 0x8f : 0xbf;
    return at(1) >= low && at(1) <= high && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t n = character(text);
    if (n == 0) return false;
    text.remove_prefix(n);
  }
  return true;
}

std::string repair_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t n = character(text);
    if (n == 0) {
      out += "\xef\xbf\xbd";
      text.remove_prefix(1);
    } else {
      out += text.substr(0, n);
      text.remove_prefix(n);
    }
  }
  return out;
}

Utf8Character first_character(std::string_view text) {
  const auto byte = [&](size_t i) { return uint8_t(text[i]); };
  const uint8_t first = byte(0);
  if (first < 0x80) return {first, 1};
  // Byte after byte, so that a bad second one is seen before a missing third.
  const size_t size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  char32_t code = first & (0x7f >> size);
  for (size_t i = 1; i < size; ++i) {
    if (i >= text.size()) return {kNoCharacter, 0};
    if ((byte(i) & 0xc0) != 0x80) return {kNoCharacter, 1};
    code = code << 6 | (byte(i) & 0x3f);
  }
  constexpr char32_t kLeast[] = {0x80, 0x800, 0x10000};
  if (first < 0xc0 || first >= 0xf8 || code < kLeast[size - 2] || code > 0x10ffff)
    return {kNoCharacter, 1};
  return {code, size};
}

}  // namespace samara
