// Times as metadata writes them: "2030-01-31T12:00:00Z", and nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace samara::trust {

/// Seconds since 1970 began; nothing where the text is not exactly of that form, or no such day.
std::optional<int64_t> parse_utc(std::string_view text);
/// The text of a time in the years 1970 to 9999; later ones print as the last second of 9999.
std::string print_utc(int64_t seconds);

}  // namespace samara::trust
