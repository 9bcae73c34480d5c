// GET .../uploads/{upload}: how many bytes are there, so that a cut upload goes on from there.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_upload = {
    .method = "GET",
    .path = "/v1/projects/{project}/uploads/{upload}",
    .rule = Rule::needs(Role::publisher),
    .summary = "how far an upload has come",
    .handle = [](Call& c) -> Result<Response> {
      TRY(c.hub.store.upload(c.project->id, c.at("upload")));
      TRY_SET(const uint64_t offset, c.hub.blobs.offset(c.at("upload")));
      Response out = json_response(Json::object({{"upload", c.at("upload")}, {"offset", offset}}));
      out.headers.emplace_back("Upload-Offset", cat(offset));
      return out;
    },
};

}  // namespace samara::hub::routes
