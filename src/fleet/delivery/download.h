// Download: brings the content of an Entry into the store's blobs.
//
// The entry's hash and size are known from signed metadata, so no server is trusted: what arrives is
// hashed as it streams, never grows beyond the size, and becomes a blob only if the hash is right.
// What has arrived survives cuts, cancels and restarts; after a power loss only what was synced
// counts, should the whole not hash right. Calls for one content are merged: within the process by
// waiting for the first, between processes by the lock on the part.
//
// Where an older content is here, a delta from it is asked for first (patching.h).
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "fleet/delivery/fetcher.h"
#include "fleet/delivery/patching.h"
#include "fleet/delivery/store.h"

namespace samara::delivery {

struct Progress {
  uint64_t bytes = 0;
  uint64_t total = 0;
  double bytes_per_second = 0;  // lately; 0: not known yet
  int percent() const { return total ? static_cast<int>(bytes * 100.0 / total) : 100; }
};

struct DownloadJob {
  Entry entry;
  std::vector<std::string> urls;  // mirrors, best first
  /// Folders of deltas, and the contents that one may start from, best first.
  std::vector<std::string> deltas = {};
  std::vector<Base> bases = {};
  /// New links in place of expired ones; may be empty.
  std::function<Result<std::vector<std::string>>()> renew = {};
  std::function<void(const Progress&)> progress = {};
  /// Asked at every piece; its error ends the download, which can go on later.
  std::function<Status()> may_go_on = {};
  const std::atomic<bool>* cancel = nullptr;
};

struct DownloadLimits {
  uint64_t bytes_per_second = 0;  // 0: none
  int most_fruitless = 8;         // tries in a row that bring no byte
  int most_renewals = 2;
  int64_t first_wait_ms = 1'000;  // doubled with each fruitless try, and then a random part of it
  int64_t longest_wait_ms = 300'000;
  uint64_t reserve = uint64_t{16} << 20;    // bytes to be left free on the disk
  uint64_t sync_every = uint64_t{4} << 20;  // bytes that a power loss may cost
};

class Downloader {
 public:
  /// `random` gives numbers in [0, 1).
  Downloader(Store& store, Fetcher& fetcher, Clock& clock, std::function<double()> random,
             const DownloadLimits& limits = {});

  /// Returns when the content is among the blobs.
  ///
  /// Errors   invalid_argument    the entry, or no urls
  ///          resource_exhausted  too little space (how much is said), disk full
  ///          unavailable         no mirror could be reached in the tries allowed
  ///          permission_denied   the links stay expired, the disk is read-only
  ///          not_found           no mirror has it
  ///          data_loss           what the mirrors send does not have the hash
  ///          cancelled, io, and what may_go_on() returns
  /// Threads  any
  Status fetch(const DownloadJob& job);

 private:
  struct Flight;
  Status run(const DownloadJob& job, Flight& flight);
  std::vector<Patching> patchings(const DownloadJob& job);

  Store& store_;
  Fetcher& fetcher_;
  Clock& clock_;
  std::function<double()> random_;
  DownloadLimits limits_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::map<std::string, std::shared_ptr<Flight>> flights_;
  std::set<std::string> useless_deltas_;
};

}  // namespace samara::delivery
