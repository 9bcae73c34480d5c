// What a build without Boost or OpenSSL says: cross builds have neither.
#include "fleet/io/server/server.h"

#ifdef SAMARA_WITHOUT_BEAST
namespace samara::server {

Result<std::unique_ptr<Server>> Server::listen(const Options&, Handler) {
  return Error(Code::unsupported, "this build cannot serve: it was made without Boost and OpenSSL");
}

}  // namespace samara::server
#endif
