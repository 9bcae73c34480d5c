// POST .../versions/{version}/publish: devices may have it from now on. Within a major version a model
// stays what its callers know.
#include "fleet/wire/version.h"
#include "hub/routes/core/route.h"

namespace samara::hub::routes {
namespace {

Status check_compatible(const StoredVersion& before, const StoredVersion& version) {
  TRY_SET(const Json old, json::parse(before.report));
  TRY_SET(const Json report, json::parse(version.report));
  const auto changes = differences(old, report);
  if (changes.empty()) return ok();
  std::string all;
  for (const std::string& change : changes) all += (all.empty() ? "" : "; ") + change;
  TRY_SET(const wire::Version number, wire::Version::parse(version.manifest.version));
  return Error(Code::failed_precondition,
               cat("callers of ", before.manifest.version, " would notice: ", all,
                   ". Upload it as ", number.major + 1,
                   ".0.0, which devices take only where their "
                   "app says that it knows it"));
}

}  // namespace

extern const Route post_publish = {
    .method = "POST",
    .path = "/v1/projects/{project}/models/{model}/versions/{version}/publish",
    .rule = Rule::needs(Role::publisher),
    .summary = "publishes a version",
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const Model model, c.model());
      TRY_SET(StoredVersion version, c.hub.store.version(model.id, c.at("version")));
      TRY_SET(const auto before, c.hub.store.predecessor(model.id, c.at("version")));
      if (before) TRY(check_compatible(*before, version));
      TRY(c.hub.store.set_published(c.who, *c.project, model, c.at("version"), true));
      version.manifest.published = true;
      return json_response(wire::to_json(version.manifest));
    },
};

}  // namespace samara::hub::routes
