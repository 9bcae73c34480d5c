// HTTP as a client: one request at a time over connections that are kept.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "samara/base/function_ref.h"
#include "samara/base/result.h"

namespace samara::http {

struct Header {
  std::string name;
  std::string value;
};

/// What holds for all requests of a client.
struct Settings {
  std::string user_agent = "samara";
  std::string proxy;    // "" is what the environment says (https_proxy, no_proxy ...), "-" is none
  std::string ca_file;  // PEM; "" is the system's authorities
  int64_t connect_timeout_ms = 10'000;
  int64_t total_timeout_ms = 0;   // 0: no limit but the least speed
  int64_t least_bytes_per_s = 1;  // slower than that ...
  int64_t slow_for_s = 30;        // ... for so long is the end; 0 is no limit
  int64_t most_bytes_per_s = 0;   // 0: as fast as it goes
  int most_redirects = 5;
  size_t most_header_bytes = 64 << 10;
};

struct Request {
  std::string method = "GET";
  std::string url;  // http:// or https://
  std::vector<Header> headers;
  std::string body;
  /// Asks for the content from this byte on. The answer is 206 and begins there, or 200 and begins
  /// at the start: look at the head.
  std::optional<uint64_t> from;
  /// With `from`: only if the content is still the one with this entity tag, else all of it.
  std::string if_range;
  uint64_t most_bytes = uint64_t{64} << 20;  // of the answer's body
  std::optional<int64_t> slow_for_s;         // in place of the settings'
};

/// An answer without its body. Names of headers are lower case.
struct Head {
  int status = 0;
  std::string url;  // after redirects
  std::vector<Header> headers;

  /// The header's value, "" where it is not there.
  std::string_view header(std::string_view name) const;
};

struct Response {
  Head head;
  std::string body;
};

/// The kind of error that an answer's status is: 400 invalid_argument, 401 and 403 permission_denied,
/// 404 not_found, 409 failed_precondition, 422 invalid_model, 429, 502, 503 and 504 unavailable,
/// 507 resource_exhausted, others io.
Code code_of(int status);

using OnHead = FunctionRef<Status(const Head&)>;
using OnBody = FunctionRef<Status(std::span<const std::byte>)>;
using Cancelled = FunctionRef<bool()>;

class Client {
 public:
  /// Errors   unsupported  this build or machine has no library for it
  static Result<std::unique_ptr<Client>> create(const Settings& settings = {});
  virtual ~Client() = default;

  /// Sends the request and hands the answer on: the head once, then the body in pieces. An error of
  /// theirs ends the transfer and is returned. `cancelled` is asked about once a second and with
  /// every piece.
  ///
  /// Errors   invalid_argument     no such address or method
  ///          unavailable          no name, no connection, or it broke: trying again may help
  ///          permission_denied    the server's certificate; a redirect that leaves https
  ///          deadline_exceeded    too slow
  ///          resource_exhausted   body, headers or redirects beyond the limit
  ///          data_loss            not HTTP, or a part that was not asked for
  ///          cancelled
  /// Threads  one call at a time per client
  virtual Result<Head> send(const Request& request, OnHead on_head, OnBody on_body,
                            Cancelled cancelled) = 0;

  /// The same with the body in memory.
  Result<Response> send(const Request& request);
  /// A file. 403 is not_found, too: stores for files answer so where they do not list what they have.
  Result<std::string> get(const std::string& url, uint64_t most_bytes);
};

}  // namespace samara::http
