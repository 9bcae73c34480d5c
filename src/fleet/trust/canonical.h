// Canonical JSON: the one text of a value that signatures and key ids are computed over.
#pragma once

#include <string>

#include "fleet/io/json/json.h"

namespace samara::trust {

/// Members sorted by name, no white space, only quote and backslash escaped.
///
/// Errors   invalid_argument  a number that is no integer of 64 bits: it has no canonical text
/// Source   OLPC's canonical JSON, as python-securesystemslib's encode_canonical writes it
Result<std::string> canonical(const json::Json& value);

}  // namespace samara::trust
