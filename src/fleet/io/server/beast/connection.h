// Connection: HTTP/1.1 on one wire: header, body, answer, and again.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "fleet/io/server/beast/wire.h"
#include "fleet/io/server/server.h"
#include "fleet/io/server/share.h"

namespace samara::server {

/// What the connections of one server share.
struct Shared {
  Options options;
  Handler handler;
  /// Runs it on a worker thread; false: too many wait already.
  std::function<bool(std::function<void()>)> work;
  bool secure = false;
  std::atomic<bool> stopping{false};
  /// Bytes that are held for requests and answers, beyond the first few of each.
  std::atomic<uint64_t> held{0};
  std::atomic<uint64_t> connections{0}, accepted{0}, refused{0}, timeouts{0}, malformed{0};
};

/// What the connections of one address share.
struct Caller {
  Caller(std::string name, bool is_proxy, GreedyPart& greedy, double own)
      : key(std::move(name)), proxy(is_proxy), share(greedy, own) {}
  const std::string key;   // the address, or its network
  const bool proxy;        // of ours: many are behind it, and it has limits of its own
  size_t connections = 0;  // the listener's, under its mutex
  std::atomic<uint64_t> held{0};
  Share share;
};

class Connection {
 public:
  virtual ~Connection() = default;
  virtual void start() = 0;
  /// Ends it if it is between requests; else it ends after the answer.
  virtual void stop() = 0;
};

/// `ended` is called once, last of all.
std::shared_ptr<Connection> make_connection(std::shared_ptr<Wire> wire, Shared& shared,
                                            std::shared_ptr<Caller> caller,
                                            std::function<void()> ended);

}  // namespace samara::server
