// What stands in where a build has no HTTP library.
#if SAMARA_WITHOUT_CURL
#include "fleet/io/http/http.h"

namespace samara::http {

Result<std::unique_ptr<Client>> Client::create(const Settings&) {
  return Error(Code::unsupported, "this build has no HTTP library");
}

}  // namespace samara::http
#endif
