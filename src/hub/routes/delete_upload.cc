// DELETE .../uploads/{upload}: gives an upload up.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route delete_upload = {
    .method = "DELETE",
    .path = "/v1/projects/{project}/uploads/{upload}",
    .rule = Rule::needs(Role::publisher),
    .summary = "gives an upload up",
    .success = 204,
    .handle = [](Call& c) -> Result<Response> {
      TRY(c.hub.store.upload(c.project->id, c.at("upload")));
      TRY(c.hub.blobs.cancel(c.at("upload")));
      TRY(c.hub.store.forget_upload(c.at("upload")));
      return Response{.status = 204};
    },
};

}  // namespace samara::hub::routes
