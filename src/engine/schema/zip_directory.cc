// Zip archives, as PKWARE's APPNOTE 6.3.10 lays them out: a record at the end says where the
// directory is, the directory names the entries and where each has its local header, and the
// content follows that. Zip64 records are read where the plain ones are full.
#include "engine/schema/zip_directory.h"

#include <algorithm>
#include <optional>

#include "base/checked.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"
#include "base/utf8.h"

namespace samara::schema {
namespace {

constexpr uint32_t kLocal = 0x04034b50, kEntry = 0x02014b50, kEnd = 0x06054b50;
constexpr uint32_t kEnd64 = 0x06064b50, kLocator64 = 0x07064b50;
constexpr uint64_t kMostDirectory = 16 << 20;
constexpr uint64_t kMostEntries = 65'535;

/// Little-endian numbers at offsets that the caller has checked.
struct Bytes {
  std::span<const std::byte> at;
  uint64_t number(size_t offset, size_t size) const {
    uint64_t out = 0;
    for (size_t i = 0; i < size; ++i) out |= std::to_integer<uint64_t>(at[offset + i]) << (8 * i);
    return out;
  }
  uint16_t u16(size_t offset) const { return static_cast<uint16_t>(number(offset, 2)); }
  uint32_t u32(size_t offset) const { return static_cast<uint32_t>(number(offset, 4)); }
  uint64_t u64(size_t offset) const { return number(offset, 8); }
};

Error damaged(std::string what) {
  return Error(Code::data_loss, cat("the zip archive is damaged: ", what));
}

struct End {
  uint64_t at = 0;  // of the record (or of its zip64 form) in the file; the directory ends there
  uint64_t entries = 0, size = 0, offset = 0;
};

/// The zip64 form of the record, which stands right before its locator.
Result<End> zip64_end(uint64_t locator_at, ReadAt read_at) {
  std::array<std::byte, 56> record;
  if (locator_at < record.size()) return damaged("there is no room for its zip64 record");
  End out;
  out.at = locator_at - record.size();
  TRY(read_at(out.at, record));
  const Bytes bytes{record};
  if (bytes.u32(0) != kEnd64) return damaged("its zip64 record is missing");
  out.entries = bytes.u64(32);
  out.size = bytes.u64(40);
  out.offset = bytes.u64(48);
  return out;
}

/// The end record, looked for from the end, over a comment of any length.
Result<std::optional<End>> find_end(uint64_t file_size, ReadAt read_at) {
  constexpr uint64_t kRecord = 22, kComment = 65'535, kLocator = 20;
  std::vector<std::byte> tail(
      static_cast<size_t>(std::min(file_size, kRecord + kComment + kLocator)));
  TRY(read_at(file_size - tail.size(), tail));
  const Bytes bytes{tail};
  for (size_t i = tail.size() >= kRecord ? tail.size() - kRecord + 1 : 0; i-- > 0;) {
    if (bytes.u32(i) != kEnd || i + kRecord + bytes.u16(i + 20) != tail.size()) continue;
    End out;
    out.at = file_size - tail.size() + i;
    out.entries = bytes.u16(i + 10);
    out.size = bytes.u32(i + 12);
    out.offset = bytes.u32(i + 16);
    if (bytes.u16(i + 4) != 0 || bytes.u16(i + 6) != 0) return damaged("it is one part of several");
    if (i >= kLocator && bytes.u32(i - kLocator) == kLocator64) {
      TRY_SET(out, zip64_end(out.at - kLocator, read_at));
    }
    return std::optional(out);
  }
  return std::optional<End>();
}

/// Sizes and the offset that do not fit 32 bits stand in the extra field 1, in this order.
Status read_zip64(const Bytes& extra, ZipEntry& entry, uint64_t& header) {
  for (size_t at = 0; at + 4 <= extra.at.size();) {
    const size_t id = extra.u16(at), size = extra.u16(at + 2);
    at += 4;
    if (size > extra.at.size() - at) return damaged("an extra field is cut off");
    if (id == 1) {
      size_t next = at;
      for (uint64_t* value : {&entry.size, &entry.packed_size, &header}) {
        if (*value != 0xffffffff) continue;
        if (next + 8 > at + size) return damaged("a zip64 field is cut off");
        *value = extra.u64(next);
        next += 8;
      }
    }
    at += size;
  }
  return ok();
}

struct Listed {
  ZipEntry entry;
  uint64_t header = 0;  // of the local header, from the archive's start
  size_t length = 0;    // of the record
  bool readable = false;
};

Result<Listed> read_record(const Bytes& from) {
  constexpr size_t kFixed = 46;
  if (from.at.size() < kFixed || from.u32(0) != kEntry)
    return damaged("a directory entry is missing");
  Listed out;
  const uint16_t flags = from.u16(8), method = from.u16(10);
  const size_t name = from.u16(28), extra = from.u16(30), comment = from.u16(32);
  out.length = kFixed + name + extra + comment;
  if (out.length > from.at.size()) return damaged("a directory entry is cut off");
  out.entry.crc = from.u32(16);
  out.entry.packed_size = from.u32(20);
  out.entry.size = from.u32(24);
  out.header = from.u32(42);
  TRY(read_zip64({from.at.subspan(kFixed + name, extra)}, out.entry, out.header));
  const auto* text = reinterpret_cast<const char*>(from.at.data() + kFixed);
  out.entry.name = repair_utf8({text, name});
  out.entry.stored = method == 0;
  const bool folder = name == 0 || text[name - 1] == '/';
  out.readable = !folder && (flags & 1) == 0 && (method == 0 || method == 8);
  return out;
}

/// Where the content begins: after the local header, whose own name and extra field may differ.
Status locate(Listed& listed, uint64_t start, uint64_t end, ReadAt read_at) {
  std::array<std::byte, 30> header;
  const auto at = checked_add(start, listed.header);
  if (!at || !in_range(*at, header.size(), end)) return damaged("a local header lies outside");
  TRY(read_at(*at, header));
  const Bytes bytes{header};
  if (bytes.u32(0) != kLocal) return damaged("a local header is missing");
  ZipEntry& entry = listed.entry;
  entry.offset = *at + header.size() + bytes.u16(26) + bytes.u16(28);
  if (!in_range(entry.offset, entry.packed_size, end)) return damaged("its content lies outside");
  if (entry.stored && entry.size != entry.packed_size)
    return damaged("it is stored, but its two sizes differ");
  // Deflate packs at most 258 bytes into 2 bits; a greater claim is a lie or a bomb.
  if (!entry.stored && entry.size / 1032 > entry.packed_size)
    return damaged("it claims more bytes than its content can hold");
  return ok();
}

}  // namespace

Result<std::vector<ZipEntry>> read_zip_directory(uint64_t file_size, ReadAt read_at) {
  std::vector<ZipEntry> out;
  TRY_SET(const auto end, find_end(file_size, read_at));
  if (!end) return out;
  if (end->size > kMostDirectory || end->entries > kMostEntries)
    return Error(Code::resource_exhausted, cat("the zip archive has ", end->entries, " entries in ",
                                               end->size, " bytes of directory"));
  if (end->size > end->at || end->offset > end->at - end->size)
    return damaged("its directory lies outside");
  // An archive that was appended may count from its own start: the directory ends at the record,
  // and what lies between there and where it says it ends stands before the archive.
  const uint64_t directory_at = end->at - end->size;
  const uint64_t start = directory_at - end->offset;
  std::vector<std::byte> directory(static_cast<size_t>(end->size));
  TRY(read_at(directory_at, directory));
  std::span<const std::byte> rest = directory;
  for (uint64_t i = 0; i < end->entries; ++i) {
    const auto frame = [&] { return cat("zip entry ", i); };
    TRY_SET(Listed listed, read_record({rest}).in(frame));
    rest = rest.subspan(listed.length);
    if (!listed.readable) continue;
    TRY(locate(listed, start, directory_at, read_at).in([&] {
      return cat("zip entry ", i, " '", listed.entry.name.substr(0, 120), "'");
    }));
    out.push_back(std::move(listed.entry));
  }
  return out;
}

Status read_zip_entry(const ZipEntry& entry, ReadAt read_at, Inflate* inflate,
                      std::span<std::byte> out) {
  if (out.size() != entry.size) return Error(Code::internal, "room of another size than the entry");
  if (entry.stored) {
    TRY(read_at(entry.offset, out));
  } else {
    if (!inflate)
      return Error(Code::unsupported,
                   "is compressed in its archive, and nothing to decompress it was given");
    TRY_SET(Mapping packed, Mapping::anonymous(entry.packed_size));
    TRY(read_at(entry.offset, packed.writable()));
    TRY((*inflate)(packed.bytes(), out));
  }
  if (crc32(out) != entry.crc)
    return Error(Code::data_loss, "does not have the checksum that its archive names");
  return ok();
}

}  // namespace samara::schema
