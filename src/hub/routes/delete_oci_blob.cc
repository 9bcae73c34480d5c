// DELETE /v2/{project}/{model}/blobs/{digest}: forgets bytes that were pushed and that no manifest names.
#include "hub/routes/core/oci.h"

namespace samara::hub::routes {

extern const Route delete_oci_blob = {
    .method = "DELETE",
    .path = "/v2/{project}/{model}/blobs/{digest}",
    .rule = Rule::needs(Role::admin),
    .summary = "OCI: forgets a blob that no manifest names",
    .success = 202,
    .content = "",
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const std::string sha256, read_digest(c.at("digest")));
      TRY(c.hub.store.forget_pushed(c.who, *c.project, sha256));
      return Response{.status = 202};
    },
    .basic = true,
    .errors = oci_errors<Noun::blob>,
};

}  // namespace samara::hub::routes
