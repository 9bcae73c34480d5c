// GET /v2/: whether this is a registry, and whether the caller's token holds there.
#include "hub/routes/core/oci.h"

namespace samara::hub::routes {

extern const Route get_oci = {
    .method = "GET",
    .path = "/v2/",
    .rule = Rule::needs(Role::device),
    .summary = "OCI: this is a registry",
    .handle = [](Call&) -> Result<Response> {
      Response out = json_response(Json::object());
      out.headers.emplace_back("Docker-Distribution-API-Version", "registry/2.0");
      return out;
    },
    .quick = true,
    .basic = true,
    .errors = oci_errors<Noun::registry>,
};

}  // namespace samara::hub::routes
