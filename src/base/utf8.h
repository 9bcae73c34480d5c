// UTF-8: text from files is shown and compared only where it is valid.
#pragma once

#include <string>
#include <string_view>

namespace samara {

/// Whether `text` is well-formed UTF-8 (Unicode 15, table 3-7): no overlong forms, no surrogates.
bool is_utf8(std::string_view text);
/// The text with every byte that is not part of a well-formed character replaced by U+FFFD.
std::string repair_utf8(std::string_view text);

}  // namespace samara
