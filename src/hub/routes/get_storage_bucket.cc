// GET /storage/v1/b/{bucket}: any bucket that is asked for is there, and belongs to the token's project.
#include "hub/routes/core/google.h"

namespace samara::hub::routes {

static Result<Response> tell_bucket(Call& c) {
  TRY_SET(const Project project, storage_project(c));
  return json_response(Json::object({{"kind", "storage#bucket"},
                                     {"id", c.at("bucket")},
                                     {"name", c.at("bucket")},
                                     {"storageClass", "STANDARD"},
                                     {"timeCreated", wire::time_text(project.created_at)}}));
}

extern const Route get_storage_bucket = {
    .method = "GET",
    .path = "/storage/v1/b/{bucket}",
    .rule = Rule::needs(Role::viewer),
    .summary = "Cloud Storage: a bucket",
    .handle = as_google<tell_bucket>,
};

}  // namespace samara::hub::routes
