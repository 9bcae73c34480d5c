// gzip: a body in the encoding that every client reads.
#pragma once

#include <string>
#include <string_view>

namespace samara::server {

/// The text deflated, as gzip; empty where there is no memory for it, or this build has no library.
/// Quick rather than small: it runs between a request and its answer.
std::string gzip(std::string_view text);

}  // namespace samara::server
