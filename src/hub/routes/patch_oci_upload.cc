// PATCH /v2/{project}/{model}/blobs/uploads/{upload}: the next bytes of a blob.
#include "hub/routes/core/oci.h"

namespace samara::hub::routes {

extern const Route patch_oci_upload = {
    .method = "PATCH",
    .path = "/v2/{project}/{model}/blobs/uploads/{upload}",
    .rule = Rule::needs(Role::publisher),
    .summary = "OCI: the next bytes of a blob",
    .headers = kContentRange,
    .success = 202,
    .content = "",
    .sink = open_blob,
    .handle = [](Call& c) -> Result<Response> {
      TRY(static_cast<BlobSink&>(*c.sink).upload->sync());
      return tell_upload(c, c.at("upload"), 202);
    },
    .basic = true,
    .errors = oci_errors<Noun::upload>,
};

}  // namespace samara::hub::routes
