// Deltas: what turns an older version's bytes into a newer one's, made when a device first asks and
// kept in a folder of this hub's own. A delta is nothing that is signed or trusted: a device takes
// what it makes by the hash that was signed for (fleet/io/delta).
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "base/file.h"
#include "fleet/io/blobs/blobs.h"
#include "hub/jobs/background.h"

namespace samara::hub {

class Deltas {
 public:
  struct Options {
    std::string folder;  // empty: none are made
    /// A delta is worth its making below that part of the whole.
    double most_part = 0.5;
    uint64_t most_size = uint64_t{512} << 20;  // of either content: larger ones are sent whole
    uint64_t most_kept = uint64_t{4} << 30;    // bytes in the folder; the oldest go
    std::chrono::milliseconds patience{20'000};
  };
  Deltas(blobs::Store& blobs, Background& background, Options options)
      : blobs_(blobs), background_(background), options_(std::move(options)) {}

  /// The file of the delta, which is made where it is not there yet. Whether the caller may have both
  /// contents is the caller's to know.
  ///
  /// Errors   not_found    none is worth while; no such contents; this hub makes none
  ///          unavailable  it is being made, or too much else is
  /// Threads  any
  Result<blobs::Content> open(const std::string& base, const std::string& wanted);

 private:
  std::string path(const std::string& base, const std::string& wanted) const;
  Result<blobs::Content> kept(const std::string& path) const;
  Status make(const std::string& base, const std::string& wanted) const;
  Status drop_oldest() const;

  blobs::Store& blobs_;
  Background& background_;
  const Options options_;
  std::mutex mutex_;
  std::string making_;  // one at a time: it takes a processor for itself
};

}  // namespace samara::hub
