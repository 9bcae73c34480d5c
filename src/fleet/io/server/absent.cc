// What a build without Boost, OpenSSL or zlib says: cross builds have none of them.
#include "fleet/io/server/gzip.h"
#include "fleet/io/server/server.h"

#ifdef SAMARA_WITHOUT_BEAST
namespace samara::server {

Result<std::unique_ptr<Server>> Server::listen(const Options&, Handler) {
  return Error(Code::unsupported,
               "this build cannot serve: it was made without Boost, OpenSSL and zlib");
}

std::string gzip(std::string_view) { return {}; }

}  // namespace samara::server
#endif
