// DELETE .../uploads/{upload}: gives an upload up.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route delete_upload = {
    .method = "DELETE",
    .path = "/v1/projects/{project}/uploads/{upload}",
    .rule = Rule::needs(Role::publisher),
    .summary = "gives an upload up",
    .success = 204,
    .handle = cancel_upload,
};

}  // namespace samara::hub::routes
