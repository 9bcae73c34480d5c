// Letters and their lower case, in the version of Unicode that NGramHash's vocabularies were made
// with (6.2): a newer table would change what models give for the same text.
#pragma once

#include <cstdint>

namespace samara::ops {

bool is_letter(char32_t c);
/// The letter's simple lower case, or itself.
char32_t lower_case(char32_t c);

}  // namespace samara::ops
