// Where a model's bytes live; see storage.h.
#include "engine/schema/storage.h"

#include <algorithm>
#include <cstring>

#include "base/checked.h"
#include "base/text.h"
#include "base/try.h"

namespace samara::schema {
namespace {

/// What a flatbuffer can be at most: its offsets are 32 bits, of which the library allows 31.
constexpr uint64_t kMostStructure = (uint64_t{1} << 31) - 2;

Error outside(Range range, uint64_t size) {
  return Error(Code::invalid_model, cat("bytes ", range.offset, " to ", range.offset, " + ",
                                        range.size, " lie outside the file of ", size, " bytes"));
}

}  // namespace

Result<Storage> Storage::read(const File& file, uint64_t offset, uint64_t size) {
  Storage out;
  out.size_ = size;
  TRY_SET(out.own_, Mapping::anonymous(size));
  TRY(file.read(offset, out.own_.writable()));
  return out;
}

Result<Storage> Storage::map(const File& file, uint64_t offset, uint64_t size) {
  Storage out;
  out.size_ = size;
  TRY_SET(out.mapped_, Mapping::of_file(file, offset, size));
  out.shared_ = out.mapped_.bytes();
  TRY(out.copy_structure());
  if (!out.mapped_.intact())
    return Error(Code::data_loss, "the file was truncated while it was opened");
  return out;
}

Result<Storage> Storage::copy(std::span<const std::byte> bytes) {
  Storage out;
  out.size_ = bytes.size();
  TRY_SET(out.own_, Mapping::anonymous(bytes.size()));
  std::ranges::copy(bytes, out.own_.writable().begin());
  return out;
}

Result<Storage> Storage::borrow(std::span<const std::byte> bytes) {
  Storage out;
  out.size_ = bytes.size();
  out.shared_ = bytes;
  TRY(out.copy_structure());
  return out;
}

Storage Storage::own(Mapping memory) {
  Storage out;
  out.size_ = memory.bytes().size();
  out.own_ = std::move(memory);
  return out;
}

/// own_ becomes as large as the structure can be, and holds all but the weights that were found;
/// their pages stay untouched and so take no memory.
Status Storage::copy_structure() {
  const auto from = shared_.first(static_cast<size_t>(std::min(size_, kMostStructure)));
  left_out_ = find_weights(shared_);
  TRY_SET(own_, Mapping::anonymous(from.size()));
  const auto to = own_.writable();
  uint64_t at = 0;
  const auto copy_until = [&](uint64_t end) {
    end = std::min<uint64_t>(end, from.size());
    if (at < end) std::memcpy(to.data() + at, from.data() + at, static_cast<size_t>(end - at));
  };
  for (const Range& r : left_out_) {
    copy_until(r.offset);
    at = r.offset + r.size;
  }
  copy_until(from.size());
  return ok();
}

std::span<const std::byte> Storage::structure() const {
  const auto all = own_.bytes();
  return all.first(static_cast<size_t>(std::min<uint64_t>(all.size(), kMostStructure)));
}

Result<std::span<const std::byte>> Storage::weights(Range range) const {
  if (!in_range(range.offset, range.size, size_)) return outside(range, size_);
  const auto offset = static_cast<size_t>(range.offset);
  const auto size = static_cast<size_t>(range.size);
  if (shared_.empty()) return own_.bytes().subspan(offset, size);
  // The last range that starts at or before this one, and the next.
  const auto next = std::ranges::upper_bound(left_out_, range.offset, {}, &Range::offset);
  if (next != left_out_.begin()) {
    const Range& r = *(next - 1);
    if (range.offset - r.offset < r.size) {
      if (in_range(range.offset - r.offset, range.size, r.size))
        return shared_.subspan(offset, size);
      return Error(Code::invalid_model, "a buffer overlaps another in part");
    }
  }
  if (next != left_out_.end() && range.offset + range.size > next->offset)
    return Error(Code::invalid_model, "a buffer overlaps another in part");
  if (in_range(range.offset, range.size, own_.bytes().size()))
    return own_.bytes().subspan(offset, size);
  return shared_.subspan(offset, size);  // beyond what a flatbuffer reaches, too small to be found
}

Result<std::span<const std::byte>> Storage::kept(Range range) {
  TRY_SET(const auto bytes, weights(range));
  return kept(bytes);
}

Result<std::span<const std::byte>> Storage::kept(std::span<const std::byte> bytes) {
  const std::byte* own = own_.bytes().data();
  const bool inside = !own_.bytes().empty() && std::greater_equal<>()(bytes.data(), own) &&
                      std::less_equal<>()(bytes.data() + bytes.size(), own + own_.bytes().size());
  if (inside && reinterpret_cast<uintptr_t>(bytes.data()) % 16 == 0) return bytes;
  if (bytes.empty()) return bytes;
  // Small ones share a mapping.
  constexpr size_t kChunk = size_t{1} << 20;
  if (bytes.size() > kept_free_.size()) {
    TRY_SET(Mapping fresh, Mapping::anonymous(std::max(bytes.size(), kChunk)));
    kept_free_ = fresh.writable();
    kept_.push_back(std::move(fresh));
  }
  const auto copy = kept_free_.first(bytes.size());
  std::ranges::copy(bytes, copy.begin());
  kept_free_ = kept_free_.subspan(std::min(kept_free_.size(), (bytes.size() + 15) & ~size_t{15}));
  return std::span<const std::byte>(copy);
}

Status Storage::read_at(uint64_t offset, std::span<std::byte> out) const {
  if (!in_range(offset, out.size(), size_)) return outside({offset, out.size()}, size_);
  const auto from = shared_.empty() ? own_.bytes() : shared_;
  if (!out.empty()) std::memcpy(out.data(), from.data() + offset, out.size());
  return ok();
}

void Storage::hash(Sha256& hash, bool all) const {
  constexpr size_t kEnd = 64;
  const auto bytes = shared_.empty() ? own_.bytes() : shared_;
  if (all) return hash.add(bytes);
  const auto structure = own_.bytes();
  const std::vector<Range> weights = shared_.empty() ? find_weights(bytes) : left_out_;
  uint64_t at = 0;
  const auto add_until = [&](uint64_t end) {
    end = std::min<uint64_t>(end, structure.size());
    if (at < end) hash.add(structure.subspan(size_t(at), size_t(end - at)));
  };
  for (const Range& r : weights) {
    add_until(r.offset);
    at = r.offset + r.size;
    const auto held = bytes.subspan(size_t(r.offset), size_t(r.size));
    hash.add(held.first(std::min(held.size(), kEnd)));
    hash.add(held.last(std::min(held.size(), kEnd)));
  }
  add_until(structure.size());
}

}  // namespace samara::schema
