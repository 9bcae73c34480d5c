#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "samara/base/result.h"
#include "workshop/edit/model.h"

namespace samara::edit {

/// Appends an archive with the files, stored, without dates: same files, same bytes.
/// Errors: invalid_argument (two of one name, none, or longer than 65,535 bytes),
/// resource_exhausted (more than the format's 4 GiB or 65,535 files).
Status append_zip(std::span<const File> files, std::vector<std::byte>& out);

}  // namespace samara::edit
