// Format: PKWARE's APPNOTE.TXT 6.3, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (end).
#include "workshop/edit/zip.h"

#include <cstdint>
#include <set>

#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"

namespace samara::edit {
namespace {

constexpr uint64_t kMostBytes = UINT32_MAX - 1, kMostFiles = UINT16_MAX - 1;

void little(std::string& out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += char(value >> 8 * i & 255);
}

/// The part that a local header and a directory entry share: version to name length.
void describe(std::string& out, const File& file) {
  little(out, 20, 2);  // version 2.0
  little(out, 0, 8);   // no flags, stored, no time and date
  little(out, crc32(std::as_bytes(std::span(file.content))), 4);
  little(out, file.content.size(), 4);
  little(out, file.content.size(), 4);
  little(out, file.name.size(), 2);
}

Status check(std::span<const File> files, uint64_t size) {
  if (files.size() > kMostFiles)
    return Error(Code::resource_exhausted, cat("an archive of ", files.size(), " files"));
  std::set<std::string_view> names;
  for (const File& file : files) {
    if (file.name.empty() || file.name.size() > UINT16_MAX)
      return Error(Code::invalid_argument,
                   cat("a file's name has ", file.name.size(), " bytes, not 1 to 65535"));
    if (!names.insert(file.name).second)
      return Error(Code::invalid_argument, cat("two files are named '", file.name, "'"));
    size += file.content.size() + 2 * file.name.size() + 128;
  }
  if (size > kMostBytes)
    return Error(Code::resource_exhausted, "the model and its files would be larger than 4 GiB");
  return ok();
}

}  // namespace

Status append_zip(std::span<const File> files, std::vector<std::byte>& out) {
  if (files.empty()) return ok();
  TRY(check(files, out.size()));
  const auto append = [&](std::string_view text) {
    const auto bytes = std::as_bytes(std::span(text));
    out.insert(out.end(), bytes.begin(), bytes.end());
  };
  std::string directory;
  for (const File& file : files) {
    directory += "PK\x01\x02\x14";
    directory += '\0';
    describe(directory, file);
    directory.append(12, '\0');        // no extra field, comment, disk, attributes
    little(directory, out.size(), 4);  // from the start of the file
    directory += file.name;
    std::string local = "PK\x03\x04";
    describe(local, file);
    little(local, 0, 2);
    append(local + file.name);
    append(file.content);
  }
  std::string end = "PK\x05\x06";
  little(end, 0, 4);
  little(end, files.size(), 2);
  little(end, files.size(), 2);
  little(end, directory.size(), 4);
  little(end, out.size(), 4);
  little(end, 0, 2);
  append(directory + end);
  return ok();
}

}  // namespace samara::edit
