// A model that lies deflated in an archive, as a plain file of its own: inflated once, mapped or
// read from then on.
#pragma once

#include <cstdint>
#include <string>

#include "base/file.h"
#include "engine/schema/zip_directory.h"
#include "samara/base/result.h"

namespace samara::schema {

struct ExtractTo {
  std::string folder;
  uint64_t limit = 0;  // most bytes that the folder may hold afterwards
};

/// The entry's content as the first entry.size bytes of the file that is returned, open. It is named
/// by the hash of the deflated bytes, written by rename, and ends in the hash of its content: one
/// that is there already is used only if that hash and the archive's checksum are right, and made
/// anew otherwise. Processes that make it at once make the same.
///
/// Errors   resource_exhausted  the folder would hold more than `limit` bytes
///          not_found, permission_denied, io  the folder; data_loss and the hook's: the entry
Result<File> extract(const File& archive, const ZipEntry& entry, Inflate* inflate,
                     const ExtractTo& to);

}  // namespace samara::schema
