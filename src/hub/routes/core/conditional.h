// What HTTP lets a caller ask of an answer that has an ETag: nothing if it has that already, or a part.
#pragma once

#include <string_view>

#include "fleet/io/server/server.h"

namespace samara::hub {

/// The response's ETag, in its quotes; empty where it has none.
std::string_view etag_of(const server::Response& response);
/// Whether a header such as If-None-Match names the ETag.
bool etag_matches(std::string_view header, std::string_view etag);

/// The response that the request's If-None-Match (304), Range and If-Range (206, 416) make of a 200 with
/// an ETag; any other as it is. Source: RFC 9110, chapters 13 and 14.
server::Response conditional(const server::Request& request, const server::Response& response);

}  // namespace samara::hub
