// GET /v2/{project}/{model}/blobs/uploads/{upload}: how far a push has come, so that it goes on there.
#include "hub/routes/core/oci.h"

namespace samara::hub::routes {

extern const Route get_oci_upload = {
    .method = "GET",
    .path = "/v2/{project}/{model}/blobs/uploads/{upload}",
    .rule = Rule::needs(Role::publisher),
    .summary = "OCI: how far the push of a blob has come",
    .success = 204,
    .handle = [](Call& c) -> Result<Response> {
      TRY(c.hub.store.upload(c.project->id, c.at("upload")));
      return tell_upload(c, c.at("upload"), 204);
    },
    .basic = true,
    .errors = oci_errors<Noun::upload>,
};

}  // namespace samara::hub::routes
