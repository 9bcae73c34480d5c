// DELETE /v2/{project}/{model}/blobs/uploads/{upload}: gives the push of a blob up.
#include "hub/routes/core/oci.h"

namespace samara::hub::routes {

extern const Route delete_oci_upload = {
    .method = "DELETE",
    .path = "/v2/{project}/{model}/blobs/uploads/{upload}",
    .rule = Rule::needs(Role::publisher),
    .summary = "OCI: gives the push of a blob up",
    .success = 204,
    .handle = [](Call& c) -> Result<Response> {
      TRY(c.hub.store.upload(c.project->id, c.at("upload")));
      TRY(c.hub.blobs.cancel(c.at("upload")));
      TRY(c.hub.store.forget_upload(c.at("upload")));
      return Response{.status = 204};
    },
    .basic = true,
    .errors = oci_errors<Noun::upload>,
};

}  // namespace samara::hub::routes
