// The file: a Header, as many Entries as it says, then the forms, each at a multiple of 64 bytes.
// All numbers are in the byte order of the machine that wrote it, which the header shows.
#include "engine/graph/weight_cache.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <functional>
#include <set>
#include <type_traits>

#include "base/checked.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"

namespace samara::graph {
namespace {

constexpr uint64_t kAlign = 64;
constexpr uint32_t kOrder = 0x01020304;
constexpr std::string_view kUnfinished = ".tmp";
// Whoever has not gone on with a file for so long has died.
constexpr int64_t kAbandonedMs = 3'600'000;
constexpr std::array<char, 8> kMagic = {'s', 'm', 'r', 'p', 'a', 'c', 'k', '1'};

struct Header {
  std::array<char, 8> magic = kMagic;
  uint32_t order = kOrder;
  uint32_t entries = 0;
  std::array<std::byte, 32> key = {};
  uint64_t file_bytes = 0;
  uint64_t entries_checksum = 0;
  std::array<char, 56> label = {};  // ends at the first zero
  uint64_t checksum = 0;            // of all before it
};
static_assert(sizeof(Header) == 128 && std::is_trivially_copyable_v<Header>);

struct Entry {
  int32_t subgraph = 0, node = 0;
  uint64_t what = 0;  // its hash
  uint64_t bytes = 0, offset = 0, checksum = 0;
};
static_assert(sizeof(Entry) == 40 && std::is_trivially_copyable_v<Entry>);

uint64_t hash_of(std::string_view text) { return xxh64(std::as_bytes(std::span(text))); }
uint64_t checksum_of(const Header& h) {
  return xxh64(std::as_bytes(std::span(&h, 1)).first(offsetof(Header, checksum)));
}
uint64_t aligned(uint64_t bytes) { return (bytes + kAlign - 1) / kAlign * kAlign; }

Error damaged(const char* what) { return Error(Code::data_loss, cat("the cache's ", what)); }

/// A header that is whole, of a file of that many bytes.
Result<Header> header_of(std::span<const std::byte> start, uint64_t file_bytes) {
  Header h;
  if (start.size() < sizeof h) return damaged("file is too short");
  std::memcpy(&h, start.data(), sizeof h);
  if (h.magic != kMagic || h.order != kOrder) return damaged("file is of another kind");
  if (h.checksum != checksum_of(h)) return damaged("header is damaged");
  if (h.file_bytes != file_bytes) return damaged("file has another size than it had");
  if (h.entries > (file_bytes - sizeof h) / sizeof(Entry)) return damaged("list is too long");
  return h;
}

/// Takes a number and the dot before it from the end.
bool take_number(std::string_view& name) {
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot + 1 == name.size()) return false;
  const bool number = name.find_first_not_of("0123456789", dot + 1) == std::string_view::npos;
  if (number) name = name.substr(0, dot);
  return number;
}

/// "NAME.PROCESS.COUNT.tmp", as write_file() has it until all is written.
bool is_unfinished(std::string_view name) {
  if (!name.ends_with(kUnfinished)) return false;
  name.remove_suffix(kUnfinished.size());
  return take_number(name) && take_number(name) && name.ends_with(WeightCache::kSuffix);
}

bool is_cache(std::string_view name) {
  return name.ends_with(WeightCache::kSuffix) || is_unfinished(name);
}

WeightCache::About about(const std::string& folder, const std::string& name) {
  WeightCache::About out;
  out.name = name;
  const auto file = File::open(cat(folder, "/", name));
  if (!file.ok()) return out;
  const auto id = file->identity();
  if (!id.ok()) return out;
  out.bytes = id->size;
  out.used_ns = id->modified_ns;
  std::array<std::byte, sizeof(Header)> start;
  if (!name.ends_with(WeightCache::kSuffix) || !file->read(0, start).ok()) return out;
  const auto header = header_of(start, id->size);
  if (!header.ok()) return out;
  const auto end = std::ranges::find(header->label, '\0');
  out.label.assign(header->label.begin(), end);
  out.whole = true;
  return out;
}

/// Collects forms, then gives the file's parts, which point into it and at the forms.
class Writer {
 public:
  /// The entry's checksum is the data's.
  void add(Entry entry, const std::byte* data) {
    const std::span bytes(data, size_t(entry.bytes));
    entry.offset = form_bytes_;  // from the first form, so far
    entries_.push_back(entry);
    forms_.push_back(bytes);
    form_bytes_ += aligned(entry.bytes);
  }
  uint64_t bytes() const { return first() + form_bytes_; }

  std::vector<std::span<const std::byte>> parts(const std::array<std::byte, 32>& key,
                                                const std::string& label) {
    for (Entry& e : entries_) e.offset += first();
    const auto list = std::as_bytes(std::span(entries_));
    header_ = {.entries = uint32_t(entries_.size()), .key = key, .file_bytes = bytes()};
    header_.entries_checksum = xxh64(list);
    std::copy_n(label.begin(), std::min(label.size(), header_.label.size()), header_.label.begin());
    header_.checksum = checksum_of(header_);
    std::vector<std::span<const std::byte>> out = {std::as_bytes(std::span(&header_, 1)), list,
                                                   padding(sizeof header_ + list.size())};
    for (const auto& form : forms_) {
      out.push_back(form);
      out.push_back(padding(form.size()));
    }
    return out;
  }

 private:
  uint64_t first() const { return aligned(sizeof header_ + entries_.size() * sizeof(Entry)); }
  static std::span<const std::byte> padding(uint64_t bytes) {
    static constexpr std::array<std::byte, kAlign> kZeros = {};
    return std::span(kZeros).first(size_t(aligned(bytes) - bytes));
  }

  Header header_;
  std::vector<Entry> entries_;
  std::vector<std::span<const std::byte>> forms_;
  uint64_t form_bytes_ = 0;
};

/// Removes files that were of no use for longest, until the others take at most `limit`; none that
/// another process may be writing.
void make_room(const std::string& folder, uint64_t limit, const std::string& keep) {
  auto all = WeightCache::list(folder);
  if (!all.ok()) return;
  const int64_t abandoned_ms = system_clock().wall_ms() - kAbandonedMs;
  std::erase_if(*all, [&](const WeightCache::About& one) {
    return is_unfinished(one.name) && one.used_ns / 1'000'000 > abandoned_ms;
  });
  std::ranges::sort(*all, std::greater<>(), &WeightCache::About::used_ns);
  uint64_t sum = 0;
  for (const auto& one : *all)
    if (one.name == keep) sum = one.bytes;
  for (const auto& one : *all) {
    if (one.name == keep) continue;
    sum = checked_add(sum, one.bytes).value_or(UINT64_MAX);
    if (sum > limit) (void)file_system().unlink(cat(folder, "/", one.name).c_str());
  }
}

}  // namespace

WeightCache::Key WeightCache::key_of(const PackedForm& f) {
  return {f.subgraph, f.node, hash_of(f.what), f.bytes};
}

WeightCache::WeightCache(const Place& place)
    : folder_(place.folder.empty() ? "." : place.folder), label_(place.label), limit_(place.limit) {
  Sha256 hash;
  for (const std::string* part : {&place.model, &place.how}) {
    const uint64_t size = part->size();
    hash.add(std::as_bytes(std::span(&size, 1)));
    hash.add(std::as_bytes(std::span(*part)));
  }
  key_ = hash.finish();
  path_ = cat(folder_, "/", hex(std::span(key_).first(16)), kSuffix);
  if (!open().ok()) {
    held_.clear();
    mapping_ = {};
  }
}

Status WeightCache::open() {
  TRY_SET(const File file, File::open(path_));
  TRY_SET(const bool ours, file.private_to_us());
  if (!ours) return Error(Code::permission_denied, "others may write to the cache");
  TRY_SET(const FileIdentity id, file.identity());
  TRY_SET(mapping_, Mapping::of_file(file, 0, id.size));
  const auto bytes = mapping_.bytes();
  TRY_SET(const Header header, header_of(bytes, id.size));
  if (header.key != key_) return damaged("file is of another model");
  const auto list = bytes.subspan(sizeof(Header), header.entries * sizeof(Entry));
  if (xxh64(list) != header.entries_checksum) return damaged("list is damaged");
  for (size_t i = 0; i < header.entries; ++i) {
    Entry e;
    std::memcpy(&e, list.data() + i * sizeof e, sizeof e);
    if (e.offset % kAlign != 0 || !in_range(e.offset, e.bytes, id.size))
      return damaged("list leads out of the file");
    held_[{e.subgraph, e.node, e.what, e.bytes}] = {e.offset, e.checksum};
  }
  (void)file.touch();
  return ok();
}

/// Where a form lies in the mapped file; null where its bytes are not those that were written.
const std::byte* WeightCache::whole(const Key& key, Held& held) const {
  const auto bytes = mapping_.bytes().subspan(size_t(held.offset), size_t(std::get<3>(key)));
  held.checked = held.checked || xxh64(bytes) == held.checksum;
  return held.checked ? bytes.data() : nullptr;
}

const std::byte* WeightCache::find(const PackedForm& wanted) {
  const auto found = held_.find(key_of(wanted));
  if (found == held_.end()) return nullptr;
  const std::byte* const data = whole(found->first, found->second);
  if (!data) held_.erase(found);
  return data;
}

Status WeightCache::save(std::span<const PackedForm> forms) {
  const auto frame = [&] { return cat("weight cache ", path_); };
  Writer writer;
  std::set<Key> given;
  // A form of the mapped file goes on with the checksum that it was found with: should the file be
  // cut short at any time, its bytes are zeros, and must not get a checksum of these.
  for (const PackedForm& f : forms) {
    const Key key = key_of(f);
    const auto held = held_.find(key);
    const bool mapped =
        held != held_.end() && f.data == mapping_.bytes().data() + held->second.offset;
    given.insert(key);
    writer.add({.subgraph = f.subgraph,
                .node = f.node,
                .what = hash_of(f.what),
                .bytes = f.bytes,
                .checksum = mapped ? held->second.checksum : xxh64({f.data, size_t(f.bytes)})},
               f.data);
  }
  for (auto& [key, held] : held_) {
    const std::byte* const data = given.contains(key) ? nullptr : whole(key, held);
    const auto& [subgraph, node, what, bytes] = key;
    if (data) writer.add({subgraph, node, what, bytes, 0, held.checksum}, data);
  }
  if (!intact())
    return Error(Code::data_loss, "was truncated while it was mapped; it is not written again")
        .in(frame());
  const auto parts = writer.parts(key_, label_);
  if (writer.bytes() > limit_)
    return Error(Code::resource_exhausted,
                 cat("packed weights of ", writer.bytes(), " bytes, the cache's limit is ", limit_))
        .in(frame());
  TRY(make_folders(folder_).in(frame));
  // Not synced: after a power loss the checksums tell, and the cache is made anew.
  TRY(write_file(path_, parts, {.synced = false, .mode = 0600}).in(frame));
  make_room(folder_, limit_, path_.substr(folder_.size() + 1));
  return ok();
}

Result<std::vector<WeightCache::About>> WeightCache::list(const std::string& folder) {
  TRY_SET(const auto names, list_folder(folder));
  std::vector<About> out;
  for (const std::string& name : names)
    if (is_cache(name)) out.push_back(about(folder, name));
  return out;
}

Result<uint64_t> WeightCache::clear(const std::string& folder) {
  TRY_SET(const auto all, list(folder));
  uint64_t sum = 0;
  for (const About& one : all) {
    if (file_system().unlink(cat(folder, "/", one.name).c_str()) != 0)
      return system_error(errno, "remove").in(cat("file ", folder, "/", one.name));
    sum += one.bytes;
  }
  return sum;
}

}  // namespace samara::graph
