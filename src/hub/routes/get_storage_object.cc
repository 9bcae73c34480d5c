// GET /storage/v1/b/{bucket}/o/{object}: what is known of an uploaded file, or its bytes.
#include "hub/routes/core/google.h"

namespace samara::hub::routes {
namespace {

constexpr Field kObjectQuery[] = {
    {"alt", Format::text, "'media' gives the bytes"},
};

/// The bytes of a version that was pushed, by the name that stands for it: "digits/1.0.0.tflite".
Result<Response> pushed_bytes(Call& c, const Project& project) {
  const std::string& name = c.at("object");
  const size_t slash = name.find('/');
  if (slash == name.npos || !name.ends_with(".tflite"))
    return Error(Code::not_found, "there is no such object");
  TRY_SET(const Model model, c.hub.store.model(project.id, name.substr(0, slash)));
  const std::string version = name.substr(slash + 1, name.size() - slash - 8);
  TRY_SET(const StoredVersion stored, c.hub.store.version(model.id, version));
  return blob_response(c.hub, stored.manifest.sha256);
}

Result<Response> tell_object(Call& c) {
  TRY_SET(const Project project, storage_project(c));
  const bool media = c.asked("alt") == "media";
  const auto object = c.hub.store.object(project.id, c.at("bucket"), c.at("object"));
  if (!object.ok() && media && c.at("bucket") == kPushedBucket) return pushed_bytes(c, project);
  if (!object.ok()) return object.error();
  return media ? blob_response(c.hub, object->sha256) : json_response(to_json(*object));
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
