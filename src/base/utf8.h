// UTF-8: text from files is shown and compared only where it is valid.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace samara {

/// Whether `text` is well-formed UTF-8 (Unicode 15, table 3-7): no overlong forms, no surrogates.
bool is_utf8(std::string_view text);
/// The text with every byte that is not part of a well-formed character replaced by U+FFFD.
std::string repair_utf8(std::string_view text);

/// A character and the bytes that it takes: 0 if the text ends within it, 1 if they are none.
struct Utf8Character {
  char32_t code;
  size_t bytes;
};
constexpr char32_t kNoCharacter = 0xfffd;
/// The character that a text (of at least one byte) begins with, as Plan 9's libutf reads it, which
/// models' vocabularies were made with: surrogates are characters, and of a bad sequence one byte is
/// taken. What is no character has the code kNoCharacter.
Utf8Character first_character(std::string_view text);

}  // namespace samara
