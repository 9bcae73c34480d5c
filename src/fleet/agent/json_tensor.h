// Tensors as lists of JSON values: float32, integers from 8 to 64 bits without uint16, uint32 and
// uint64, and bool.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "fleet/io/json/json.h"
#include "samara/base/result.h"
#include "samara/schema/type.h"

namespace samara::agent {

/// Appends the values of a list, and of the lists in it, or one value.
///
/// Errors   invalid_argument  a value that the type cannot hold
///          unsupported       a type that JSON has no values for
Status append_values(const json::Json& from, Type type, std::vector<std::byte>& out);

/// The values as one flat list.
///
/// Errors   invalid_argument  the bytes are no whole number of values
///          unsupported       as above
Result<json::Json> values_of(std::span<const std::byte> bytes, Type type);

}  // namespace samara::agent
