// GET /storage/v1/b/{bucket}/o/{object}: what is known of an uploaded file, or its bytes.
#include "hub/routes/core/google.h"

namespace samara::hub::routes {
namespace {

constexpr Field kObjectQuery[] = {
    {"alt", Format::text, "'media' gives the bytes"},
};

Result<Response> tell_object(Call& c) {
  TRY_SET(const Project project, storage_project(c));
  TRY_SET(const Object object, c.hub.store.object(project.id, c.at("bucket"), c.at("object")));
  if (c.asked("alt") == "media") return blob_response(c.hub, object.sha256);
  return json_response(to_json(object));
}

}  // namespace

extern const Route get_storage_object = {
    .method = "GET",
    .path = "/storage/v1/b/{bucket}/o/{object}",
    .rule = Rule::needs(Role::viewer),
    .summary = "Cloud Storage: an uploaded file",
    .query = kObjectQuery,
    .handle = as_google<tell_object>,
};

}  // namespace samara::hub::routes
