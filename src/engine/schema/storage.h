// Storage: a model's bytes in two parts, structure and weights.
//
// The structure is a private copy of everything but large weight buffers; only it is verified and
// decoded, so whoever can still write to the file or to borrowed bytes cannot change what was
// checked. Weights may stay where they are: they decide what a model computes, never where it
// reads or writes.
#pragma once

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/hash.h"
#include "samara/base/result.h"

namespace samara::schema {

/// [offset, offset + size) of the model's bytes.
struct Range {
  uint64_t offset = 0;
  uint64_t size = 0;
};

class Storage {
 public:
  /// Reads all of it.
  static Result<Storage> read(const File& file, uint64_t offset, uint64_t size);
  /// Leaves weights in the file's mapping.
  static Result<Storage> map(const File& file, uint64_t offset, uint64_t size);
  static Result<Storage> copy(std::span<const std::byte> bytes);
  /// Leaves weights in `bytes`.
  static Result<Storage> borrow(std::span<const std::byte> bytes);
  /// Takes memory that was filled for it.
  static Storage own(Mapping memory);

  uint64_t size() const { return size_; }
  /// The leading part, as far as a flatbuffer can reach (2 GiB), 16-byte aligned or better.
  std::span<const std::byte> structure() const;
  /// The bytes of a range, where they lie. Errors: invalid_model (out of range, or no range that
  /// was a weight buffer when the structure was copied).
  Result<std::span<const std::byte>> weights(Range range) const;
  /// The same, where nobody else can change them, aligned to 16 bytes.
  Result<std::span<const std::byte>> kept(Range range);
  Result<std::span<const std::byte>> kept(std::span<const std::byte> bytes);
  /// Copies [offset, offset + out.size()): for the archive at the file's end.
  Status read_at(uint64_t offset, std::span<std::byte> out) const;
  bool intact() const { return mapped_.intact(); }
  void drop_weights() const { mapped_.drop(); }
  /// Adds all bytes to the hash, or of large weights but the ends.
  void hash(Sha256& hash, bool all) const;

 private:
  Status copy_structure();
  /// Weights that others may change; empty where all is copied.
  std::span<const std::byte> shared_;
  Mapping mapped_;
  Mapping own_;
  uint64_t size_ = 0;
  std::vector<Range> left_out_;  // of own_: sorted, disjoint
  std::deque<Mapping> kept_;
  std::span<std::byte> kept_free_;  // the rest of the last one
};

/// The ranges of large weight buffers, from a walk over bytes that nobody has verified and that may
/// change meanwhile. A guess in the best sense: what is wrong or missing is found out later.
std::vector<Range> find_weights(std::span<const std::byte> bytes);

}  // namespace samara::schema
