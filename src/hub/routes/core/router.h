// Router: finds the route of a request, asks whether the caller may, reads what the route takes, and
// calls it. Also counts and limits.
#pragma once

#include <memory>
#include <mutex>
#include <unordered_map>

#include "fleet/io/server/server.h"
#include "hub/routes/core/route.h"

namespace samara::hub {

/// Answers that were given a moment ago, to a device that asks again what it asked before. An answer
/// holds until something changes here, and for a second at most, as other hubs may share the database.
class Recent {
 public:
  explicit Recent(size_t most) : most_(most) {}
  struct Entry {
    Principal who;
    Response response;  // with an ETag
    uint64_t generation = 0;
    std::chrono::steady_clock::time_point at;
  };
  std::shared_ptr<const Entry> find(const std::string& key, uint64_t generation);
  void keep(const std::string& key, Entry entry);

 private:
  const size_t most_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const Entry>> entries_;
  size_t bytes_ = 0;  // of bodies that were kept since all were dropped
};

class Router {
 public:
  struct Options {
    double rate = 200;        // requests a second of one token at one address
    double failed_rate = 5;   // requests without a token that holds, a second of one address
    double login_rate = 0.2;  // tries to log in, a second of one address; 0: no limit
    Deltas::Options deltas = {};
    std::function<void(const std::string&)> log;  // a line for what strangers must not read
  };
  Router(Store& store, blobs::Store& blobs, Judge& judge, Options options);
  ~Router();

  /// The answerer of one request. The router must outlive it.
  std::unique_ptr<server::Exchange> exchange(server::Request request);
  /// From now on readiness is denied, so that a load balancer sends nobody any more.
  void leave() { hub_.leaving = true; }
  /// The server's counters stand in the metrics too.
  void watch(const server::Server& server) { server_ = &server; }

  /// Of one route.
  struct Count {
    static constexpr size_t kBuckets = 8;
    static constexpr double kSeconds[kBuckets] = {0.001, 0.005, 0.025, 0.1, 0.5, 2, 10, 60};
    static size_t bucket(std::chrono::microseconds took);

    std::atomic<uint64_t> statuses[6] = {};
    std::atomic<uint64_t> buckets[kBuckets + 1] = {};
    std::atomic<uint64_t> microseconds{0}, bytes_in{0}, bytes_out{0};
  };

 private:
  friend class HubExchange;
  std::string metrics() const;

  Deltas deltas_;
  Hub hub_;
  Options options_;
  RateLimit limit_, failed_;
  Recent recent_{10'000};
  Recent files_{256};  // each holds a descriptor
  const server::Server* server_ = nullptr;
  std::vector<Count> counts_;  // by place in all_routes(); the last one: no route
  Background background_{16};  // ends first
};

}  // namespace samara::hub
