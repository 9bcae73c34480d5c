// gzip: a body in the encoding that every client reads.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

namespace samara::server {

/// The text deflated, as gzip; empty where there is no memory for it, or this build has no library.
/// Quick rather than small: it runs between a request and its answer.
std::string gzip(std::string_view text);

/// The same of one text that is sent often.
class Gzipped {
 public:
  /// Threads  any
  const std::string& of(std::string_view text) {
    std::call_once(made_, [&] { gzip_ = gzip(text); });
    return gzip_;
  }

 private:
  std::once_flag made_;
  std::string gzip_;
};

}  // namespace samara::server
