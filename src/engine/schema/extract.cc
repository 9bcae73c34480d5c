#include "engine/schema/extract.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "base/checked.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"

namespace samara::schema {
namespace {

using Digest = std::array<std::byte, 32>;

Digest digest_of(std::span<const std::byte> bytes) {
  Sha256 hash;
  hash.add(bytes);
  return hash.finish();
}

/// Whether the file holds the entry's content and its hash, whole.
Result<bool> is_whole(const File& file, const ZipEntry& entry) {
  TRY_SET(const FileIdentity id, file.identity());
  Digest stored;
  if (id.size != entry.size + stored.size()) return false;
  TRY(file.read(entry.size, stored));
  TRY_SET(Mapping content, Mapping::anonymous(entry.size));
  TRY(file.read(0, content.writable()));
  return crc32(content.bytes()) == entry.crc && digest_of(content.bytes()) == stored;
}

/// Bytes of the files in a folder, but for the one called `except`.
Result<uint64_t> bytes_in(const std::string& folder, const std::string& except) {
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(opendir(folder.c_str()), closedir);
  if (!dir) return system_error(errno, "open the folder").in(cat("folder ", folder));
  uint64_t sum = 0;
  // readdir of one stream that nobody else has is safe in any thread.
  while (const dirent* e = readdir(dir.get())) {  // NOLINT(concurrency-mt-unsafe)
    struct stat s = {};
    if (except == e->d_name || fstatat(dirfd(dir.get()), e->d_name, &s, AT_SYMLINK_NOFOLLOW) != 0)
      continue;
    if (S_ISREG(s.st_mode)) sum = checked_add(sum, uint64_t(s.st_size)).value_or(UINT64_MAX);
  }
  return sum;
}

Status check_room(const ExtractTo& to, uint64_t needed, const std::string& name) {
  TRY_SET(const uint64_t held, bytes_in(to.folder, name));
  const auto sum = checked_add(held, needed);
  if (sum && *sum <= to.limit) return ok();
  return Error(Code::resource_exhausted,
               cat("extracting ", needed, " bytes into ", to.folder, ", which holds ", held,
                   ", would go beyond its limit of ", to.limit,
                   " bytes; remove files from it, or allow more"));
}

Status make(const File& archive, const ZipEntry& entry, Inflate* inflate, const std::string& path) {
  const auto read = [&](uint64_t offset, std::span<std::byte> out) {
    return archive.read(offset, out);
  };
  Digest digest;
  TRY_SET(Mapping memory, Mapping::anonymous(entry.size + digest.size()));
  const auto content = memory.writable().first(size_t(entry.size));
  TRY(read_zip_entry(entry, read, inflate, content));
  digest = digest_of(content);
  std::ranges::copy(digest, memory.writable().last(digest.size()).begin());
  return write_file(path, memory.bytes());
}

}  // namespace

Result<File> extract(const File& archive, const ZipEntry& entry, Inflate* inflate,
                     const ExtractTo& to) {
  TRY_SET(Mapping packed, Mapping::anonymous(entry.packed_size));
  TRY(archive.read(entry.offset, packed.writable()));
  const std::string name = cat(sha256_hex(packed.bytes()), ".model");
  const std::string path = cat(to.folder, "/", name);
  if (auto there = File::open(path); there.ok()) {
    TRY_SET(const bool whole, is_whole(*there, entry));
    if (whole) return there;
  }
  TRY(check_room(to, entry.size + sizeof(Digest), name));
  TRY(make(archive, entry, inflate, path));
  return File::open(path);
}

}  // namespace samara::schema
