// Part: the bytes of a download that are here, on disk, hashed as they come. Where the store seals, no
// byte of them is ever on the disk as it is.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/hash.h"
#include "fleet/delivery/sealed.h"
#include "fleet/delivery/store.h"

namespace samara::delivery {

class Part {
 public:
  /// Opens what is there and locks it. No value: another process has it.
  static Result<std::optional<Part>> open(Store& store, const Entry& entry);

  uint64_t have() const { return have_; }
  bool complete() const { return have_ == entry_.size; }
  /// The entity tag under which `url` gave these bytes; empty if it did not, or gave none.
  std::string etag_of(const std::string& url) const;

  /// Appends; the caller sees to it that the size is not passed.
  Status append(std::span<const std::byte> bytes);
  /// Remembers whose bytes follow.
  void comes_from(const std::string& url, const std::string& etag);
  /// What is here is on the disk, and known to be.
  Status sync();
  /// Begins anew.
  Status clear();
  /// Gives the space back after the disk has failed.
  Status discard();
  enum class Verdict : uint8_t {
    whole,     // and a blob now
    spoilt,    // what was found here at the start may be to blame: its doubtful rest is dropped
    not_right  // what came since is to blame: all is dropped
  };
  Result<Verdict> finish();

 private:
  Part(Store& store, const Entry& entry, WritableFile file)
      : store_(&store), entry_(entry), file_(std::move(file)) {}
  Status begin();
  Status look();
  Status write_piece(size_t size);
  uint64_t on_disk() const { return have_ - pending_.size(); }
  Status shorten(uint64_t size);
  Status rehash();
  std::string path() const { return store_->partial_path(entry_.sha256); }
  std::string note_path() const { return path() + ".json"; }

  Store* store_;
  Entry entry_;
  WritableFile file_;
  std::optional<Seal> seal_;        // of a store that seals
  std::vector<std::byte> pending_;  // less than a piece that can be sealed
  Sha256 hash_;
  uint64_t have_ = 0;
  uint64_t synced_ = 0;     // on the disk
  uint64_t inherited_ = 0;  // found here at the start, and not yet dropped
  uint64_t sound_ = 0;      // of these, known to have been synced
  bool gone_ = false;       // discarded
  std::string etag_;
  std::string from_;  // the address that the tag belongs to, without its query
};

}  // namespace samara::delivery
