// DELETE /v2/{project}/{model}/blobs/uploads/{upload}: gives the push of a blob up.
#include "hub/routes/core/oci.h"

namespace samara::hub::routes {

extern const Route delete_oci_upload = {
    .method = "DELETE",
    .path = "/v2/{project}/{model}/blobs/uploads/{upload}",
    .rule = Rule::needs(Role::publisher),
    .summary = "OCI: gives the push of a blob up",
    .success = 204,
    .handle = cancel_upload,
    .basic = true,
    .errors = oci_errors<Noun::upload>,
};

}  // namespace samara::hub::routes
