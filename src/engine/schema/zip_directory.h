// The directory of a zip archive: of an .apk or .zip that holds a model, or appended to a model
// (labels, vocabularies). Reads entries that are stored; deflated ones are the caller's to inflate.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "samara/base/function_ref.h"
#include "samara/base/result.h"

namespace samara::schema {

struct ZipEntry {
  std::string name;     // valid UTF-8
  uint64_t offset = 0;  // of the content, in the file
  uint64_t packed_size = 0;
  uint64_t size = 0;
  uint32_t crc = 0;
  bool stored = true;  // else deflated
};

/// Fills `out` from `offset` of the file on.
using ReadAt = FunctionRef<Status(uint64_t offset, std::span<std::byte> out)>;
/// As OpenOptions::inflate.
using Inflate = FunctionRef<Status(std::span<const std::byte>, std::span<std::byte>)>;

/// The files in the archive that the file ends with, none where it ends with no archive. Folders,
/// and entries that are encrypted or packed in other ways, are left out.
///
/// Errors   data_loss           the directory contradicts itself or the file
///          resource_exhausted  more than 65,535 entries or 16 MiB of directory
Result<std::vector<ZipEntry>> read_zip_directory(uint64_t file_size, ReadAt read_at);

/// The content into `out` (entry.size bytes), its checksum compared.
/// Errors: unsupported (deflated, `inflate` is null), data_loss, and those of the hooks.
Status read_zip_entry(const ZipEntry& entry, ReadAt read_at, Inflate* inflate,
                      std::span<std::byte> out);

}  // namespace samara::schema
