#pragma once

#include <cstddef>
#include <span>

#include "samara/base/result.h"

namespace samara::edit {

/// Refuses a verified model that holds something which our schema has no name for: reading it would
/// lose that.
/// Errors: unsupported, with table and number of the field.
Status check_no_unknown_fields(std::span<const std::byte> model);

}  // namespace samara::edit
