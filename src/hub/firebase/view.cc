#include "hub/firebase/view.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"
#include "fleet/wire/version.h"

namespace samara::hub {

using json::Json;

Result<View> view_of(Store& store, Listing listing) {
  View out{std::move(listing), std::nullopt, false, ""};
  out.updated_at = wire::time_text(out.listing.updated_at);
  const int64_t model = out.listing.model.id;
  TRY_SET(const auto channels, store.pointers(model, PointerKind::channel));
  for (const wire::Pointer& channel : channels) {
    if (channel.name != kFirebaseChannel) continue;
    TRY_SET(out.version, store.version(model, channel.version));
    out.published = true;
    out.updated_at = std::max(out.updated_at, channel.updated_at);
  }
  if (!out.version) {
    TRY_SET(auto versions, store.versions(model));
    if (!versions.empty()) out.version = std::move(versions[0]);
  }
  if (out.version) out.updated_at = std::max(out.updated_at, out.version->manifest.created_at);
  return out;
}

Result<StoredVersion> version_for(Store& store, const View& view, const wire::Profile& client) {
  const std::string why = wire::mismatch(view.version->manifest.target, client);
  if (why.empty()) return *view.version;
  TRY_SET(const auto published, wire::Version::parse(view.version->manifest.version));
  TRY_SET(auto versions, store.versions(view.listing.model.id));
  for (StoredVersion& version : versions) {
    TRY_SET(const auto number, wire::Version::parse(version.manifest.version));
    if (version.manifest.published && number < published &&
        wire::mismatch(version.manifest.target, client).empty())
      return std::move(version);
  }
  return Error(Code::not_found,
               cat("no version of '", view.listing.display_name, "' is for this app: ", why));
}

std::string file_name(const View& view) {
  if (!view.version) return "";
  const wire::Manifest& manifest = view.version->manifest;
  for (const auto& [name, value] : manifest.labels)
    if (name == kFirebaseLabel) return value;
  return cat("gs://", kPushedBucket, "/", manifest.model, "/", manifest.version, ".tflite");
}

std::vector<std::string> tags_of(const View& view) {
  if (view.listing.tags) return *view.listing.tags;
  return view.version ? view.version->manifest.tags : std::vector<std::string>();
}

Json to_json(const View& view, std::string_view project) {
  const Listing& listing = view.listing;
  Json out = Json::object({{"name", cat("projects/", project, "/models/", listing.model.id)},
                           {"displayName", listing.display_name},
                           {"createTime", wire::time_text(listing.model.created_at)},
                           {"updateTime", view.updated_at}});
  if (const auto tags = tags_of(view); !tags.empty()) out.set("tags", Json::list(tags));
  Json state = Json::object({{"published", view.published}});
  if (!listing.problem.empty())
    state.set("validationError", Json::object({{"code", 3}, {"message", listing.problem}}));
  out.set("state", std::move(state));
  if (view.version) {
    const wire::Manifest& manifest = view.version->manifest;
    out.set("modelHash", manifest.sha256);
    out.set("tfliteModel", Json::object({{"gcsTfliteUri", file_name(view)},
                                         {"sizeBytes", std::to_string(manifest.size)}}));
  }
  if (listing.operation != 0) {
    out.set("activeOperations",
            Json::array({to_json(Operation{listing.operation, listing.model.id, false, 0, ""},
                                 nullptr, project)}));
  }
  const std::string content = out.dump();
  return out.set("etag", sha256_hex(std::as_bytes(std::span(content))).substr(0, 32));
}

Json to_json(const Operation& operation, const Json* model, std::string_view project) {
  Json out = Json::object();
  out.set("name", cat("projects/", project, "/operations/", operation.id));
  out.set("metadata",
          Json::object(
              {{"@type", "type.googleapis.com/google.firebase.ml.v1beta2.ModelOperationMetadata"},
               {"name", cat("projects/", project, "/models/", operation.model)}}));
  if (!operation.done) return out;
  out.set("done", true);
  if (model) {
    Json response = *model;
    return out.set("response",
                   response.set("@type", "type.googleapis.com/google.firebase.ml.v1beta2.Model"));
  }
  return out.set("error", Json::object({{"code", operation.code}, {"message", operation.message}}));
}

}  // namespace samara::hub
