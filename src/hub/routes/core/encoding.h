// Compression: answers that are texts go out as gzip to those who take it.
//
// What is not compressed, and why: files, since models hardly shrink and their ranges and hashes are of
// the bytes as they are; answers to anything but GET, since those alone tell secrets, whose length a
// stranger could guess at by what is sent along with them (BREACH); and what is too short to gain.
#pragma once

#include <string_view>

#include "fleet/io/server/server.h"

namespace samara::hub {

/// Whether an Accept-Encoding header has gzip. Source: RFC 9110, 12.5.3.
bool takes_gzip(std::string_view header);

/// The answer that `full`, and what the request asks of it (conditional()), come to on the wire. One that
/// could be compressed says that it varies, and has a weak ETag where it is: these are other bytes.
server::Response answered(const server::Request& request, const server::Response& full);

}  // namespace samara::hub
