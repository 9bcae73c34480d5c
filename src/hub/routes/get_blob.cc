// GET and HEAD .../blobs/{sha256}: the bytes, whole or a range of them. Named by their hash, they never
// change, so that caches may keep them for ever. The router makes parts of it where a range is asked.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_blob = {
    .method = "GET",
    .path = "/v1/projects/{project}/blobs/{sha256}",
    .rule = Rule::needs(Role::device),
    .summary = "the bytes of a version",
    .content = "application/octet-stream",
    .handle = [](Call& c) -> Result<Response> { return blob_of_project(c, c.at("sha256")); },
    .quick = true,
};

}  // namespace samara::hub::routes
