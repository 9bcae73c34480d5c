// Percent-encoding of addresses (RFC 3986) and forms.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace samara {

/// "%41" becomes "A", and in a form "+" a blank; nothing where an escape is cut short.
std::optional<std::string> url_decode(std::string_view text, bool form);

/// Everything but letters, digits and -._~ as %XX.
std::string url_encode(std::string_view text);

/// What may be shown of an address: without its query and fragment, and without a user's name and
/// password, any of which may be a secret.
std::string shown_url(std::string_view url);

}  // namespace samara
