// Patching: a download that comes as a delta from what is here (fleet/io/delta).
//
// Whoever serves deltas is not trusted with them: what they make is the content only if its hash is
// the one that was signed for, like anything else that arrives. A delta that is broken, bent or
// missing costs its own bytes, and the whole content comes instead.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "fleet/delivery/fetcher.h"
#include "fleet/delivery/store.h"
#include "fleet/io/delta/delta.h"

namespace samara::delivery {

/// What a delta may start from: a content of the store, or a file elsewhere, such as a bundled model.
struct Base {
  Entry entry;
  std::string path = {};
};

class Patching {
 public:
  /// Errors   unsupported (no library), not_found (the base is gone)
  static Result<Patching> start(const Store& store, const Base& base, const Entry& wanted);

  /// What to ask for next at this folder of deltas: from where on, and under which tag.
  FetchRequest request(const std::string& folder);
  /// Whether what is answered may be of use. `left`: the bytes that the whole would still cost.
  ///
  /// Errors   not_found  no delta is there, or none that is worth its bytes
  Status on_answer(const FetchAnswer& answer, uint64_t left);
  /// Takes bytes of the delta; the first `have` bytes of the content are here.
  ///
  /// Errors   data_loss  it is no delta of these two; and those of `take`
  Status add(std::span<const std::byte> bytes, uint64_t have, delta::Take take);
  /// The most bytes of the delta that have come at once: grows as long as it goes forward.
  uint64_t furthest() const { return furthest_; }
  /// All that was promised has come. Unless the content is whole now, it never will be.
  bool spent() const { return total_ && received_ >= *total_; }
  /// By which a delta that failed is remembered.
  std::string key() const { return base_.sha256 + wanted_.sha256; }

 private:
  Patching(Entry base, Entry wanted, Content content, delta::Patch patch)
      : base_(std::move(base)),
        wanted_(std::move(wanted)),
        content_(std::move(content)),
        patch_(std::move(patch)) {}
  Status restart();

  Entry base_;
  Entry wanted_;
  Content content_;
  delta::Patch patch_;
  std::string url_;
  std::string etag_;
  std::optional<uint64_t> total_;
  uint64_t received_ = 0;
  uint64_t furthest_ = 0;
};

}  // namespace samara::delivery
