// Backups as one file: the folder, packed by the system's tar.
#pragma once

#include <string>

#include "base/temporary_folder.h"
#include "samara/base/result.h"

namespace samara::cli {

/// Whether a backup of that name is one file.
inline bool is_archive(const std::string& name) { return name.ends_with(".tar"); }

/// Packs the folder into the file, which is there whole or not at all and its owner's alone.
///
/// Errors   failed_precondition  the file is there already, or there is no tar
Status pack_folder(const std::string& folder, const std::string& file);

/// Unpacks the file.
///
/// Errors   data_loss  it is no archive, or is damaged
Result<TemporaryFolder> unpack(const std::string& file);

}  // namespace samara::cli
