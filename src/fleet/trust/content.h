// ContentCheck: whether bytes are those that metadata promises, piece by piece, so that a model of
// any size is checked while it comes in and what is too long is ended at the first byte too many.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fleet/io/crypto/digest.h"
#include "fleet/trust/metadata.h"

namespace samara::trust {

class ContentCheck {
 public:
  /// Every digest of a kind that we know is checked.
  ///
  /// Errors   invalid_argument  digests are given, and none of them is of a kind we know
  static Result<ContentCheck> start(std::optional<uint64_t> length, const Hashes& hashes);

  /// Errors   data_loss  longer than promised
  Status add(crypto::ByteView bytes);
  /// Errors   data_loss  another length or digest than promised
  Status finish();

 private:
  struct One {
    std::string name, wanted;
    crypto::Digest digest;
  };
  std::optional<uint64_t> length_;
  uint64_t seen_ = 0;
  std::vector<One> digests_;
};

}  // namespace samara::trust
