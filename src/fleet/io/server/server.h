// Server: HTTP/1.1 over TCP or TLS. The library is seen in beast/ alone; here are requests, responses
// and what answers them. A body is given piece by piece as it arrives and a file is sent from disk,
// so memory stays flat whatever the size.
//
// One exchange: the handler makes an Exchange of the header (quickly: it runs on a network thread),
// then begin() may already answer (no rights, no such thing), else receive() takes the body's pieces
// and respond() answers. Where waits() is true these run on worker threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.h"
#include "samara/base/result.h"

namespace samara::server {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;  // "GET"
  std::string target;  // as sent: "/a%20b?c=d"
  Headers headers;     // names in lower case
  std::string peer;    // the client's address; as a trusted proxy forwards it
  bool secure = false;
  std::optional<uint64_t> content_length;
  bool has_body = false;

  /// The first header of that name (in lower case); empty where there is none.
  std::string_view header(std::string_view name) const;
};

/// Whom limits of an address count: an IPv4 address as it is, of IPv6 the first 64 bits, which is what
/// one customer gets at the least and may take any address of.
std::string network_of(const std::string& address);

/// A part of a file as a body; or of what only lies elsewhere, which is then read piece by piece.
struct FilePart {
  std::shared_ptr<const File> file;
  uint64_t offset = 0;
  uint64_t size = 0;
  /// Where there is no file: fills the bytes from an offset on. Called on worker threads: it may wait.
  std::function<Status(uint64_t offset, std::span<std::byte> out)> read = {};
};

class Gzipped;

struct Response {
  int status = 200;
  Headers headers = {};  // but Content-Length, Date and Connection, which are the server's
  std::string body = {};
  std::optional<FilePart> file = {};  // instead of the body
  bool close = false;                 // no further request on this connection
  /// Where the same body answers many: its other form, which is made once.
  std::shared_ptr<Gzipped> gzipped = {};
};

/// {"error": {"code": 404, "status": "NOT_FOUND", "message": ...}}: the form that Google's clients
/// read, and the only one that we send.
Response error_response(int status, std::string_view message);
/// With another name than the status usually has.
Response error_response(int status, std::string_view name, std::string_view message);
/// "Not Found".
std::string_view reason(int status);

class Exchange {
 public:
  static constexpr uint64_t kUnlimited = UINT64_MAX;
  virtual ~Exchange() = default;
  virtual bool waits() const { return true; }
  /// The most bytes that the body may have; a longer one is answered with 413. Where it is kUnlimited,
  /// none of it is kept until the answer.
  virtual uint64_t body_limit() const { return 0; }
  /// The answer where nothing need be looked up to refuse; first of all, on the network's thread.
  virtual std::optional<Response> refuse() { return std::nullopt; }
  /// The answer where there is no need to read the body.
  virtual std::optional<Response> begin() { return std::nullopt; }
  /// The next piece of the body. After a Response no more of it is read. Where the body is kept, so that
  /// it has a limit, this is quick: it runs on the network's thread.
  virtual std::optional<Response> receive(std::span<const std::byte>) { return std::nullopt; }
  virtual Response respond() = 0;
  /// What went out, last of all.
  struct Sent {
    int status = 0;
    uint64_t bytes_in = 0, bytes_out = 0;
    std::chrono::microseconds took{};
  };
  virtual void finished(const Sent&) {}
};

using Handler = std::function<std::unique_ptr<Exchange>(Request)>;

struct Options {
  std::string address = "127.0.0.1";
  uint16_t port = 0;  // 0: any that is free
  /// PEM files; both or neither. With them only TLS (1.2 and later) is spoken.
  std::string certificate = {}, key = {};
  /// Of the key where it is encrypted; nobody is ever asked for it.
  std::string key_passphrase = {};
  int threads = 1;   // for the network
  int workers = 16;  // for what waits
  size_t header_limit = 16 << 10;
  size_t connections = 20'000;
  size_t of_address = 10'000;  // of these, by one address that is no proxy of ours
  /// Of the time of the network's threads: what such an address has for itself, and what all that take
  /// more have together while there are others (share.h).
  double own_part = 0.03, greedy_part = 0.15;
  /// What slow or greedy clients may make us hold at once, of headers, bodies that are kept until they
  /// are whole, and answers, beyond the first 4 KiB of each; who asks for more is answered with 503.
  uint64_t held = uint64_t{128} << 20;
  uint64_t held_of_address = uint64_t{32}
                             << 20;  // of these, by one address that is no proxy of ours
  std::chrono::milliseconds header_time{10'000};  // from a request's first byte to its header's end
  std::chrono::milliseconds idle_time{120'000};   // between requests of a kept connection
  std::chrono::milliseconds stall_time{30'000};   // without a byte in or out
  uint64_t least_rate = 64;                       // bytes a second of a body, over rate_time
  std::chrono::milliseconds rate_time{10'000};
  std::chrono::milliseconds grace{10'000};  // for requests under way when it is stopped
  /// Addresses whose X-Forwarded-For and X-Forwarded-Proto are believed.
  std::vector<std::string> proxies = {};
};

struct Counters {
  uint64_t connections = 0;  // now
  uint64_t accepted = 0;     // ever
  uint64_t refused = 0;      // over a limit of connections
  uint64_t timeouts = 0;
  uint64_t malformed = 0;
};

class Server {
 public:
  virtual ~Server() = default;
  /// Errors   unavailable       the address is taken or not ours
  ///          invalid_argument  certificate and key
  ///          unsupported       this build has no library
  static Result<std::unique_ptr<Server>> listen(const Options& options, Handler handler);

  virtual uint16_t port() const = 0;
  /// Serves until stop(), then finishes what is under way within the grace time.
  virtual Status run() = 0;
  /// Threads  any
  virtual void stop() = 0;
  virtual Counters counters() const = 0;
};

}  // namespace samara::server
