// Fetcher: how bytes are asked for, given from outside: HTTP on a device, a script in tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "samara/base/function_ref.h"
#include "samara/base/result.h"

namespace samara::delivery {

struct FetchRequest {
  std::string url;
  uint64_t from = 0;     // Range: bytes=<from>-, where not 0
  std::string if_range;  // an entity tag, where not empty
};

/// The head of an answer, after redirects.
struct FetchAnswer {
  int status = 0;
  std::string etag;               // as sent, quotes and all
  std::optional<uint64_t> first;  // where a 206 begins (Content-Range)
  std::optional<uint64_t>
      total;                    // of the whole content (Content-Range, or Content-Length of a 200)
  int64_t retry_after_ms = -1;  // -1: not said
};

class Fetcher {
 public:
  virtual ~Fetcher() = default;
  /// One GET. Gives the head once, then the body piece by piece; if either function fails, lets the
  /// connection go and returns that error.
  ///
  /// Errors   unavailable        no connection, or it was lost, or it stalled
  ///          permission_denied  the other side could not prove who it is
  virtual Status get(const FetchRequest& request, FunctionRef<Status(const FetchAnswer&)> on_answer,
                     FunctionRef<Status(std::span<const std::byte>)> on_bytes) = 0;
};

}  // namespace samara::delivery
