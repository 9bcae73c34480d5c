// POST .../versions/{version}/publish: devices may have it from now on. Within a major version a model
// stays what its callers know.
#include "hub/jobs/publish.h"
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route post_publish = {
    .method = "POST",
    .path = "/v1/projects/{project}/models/{model}/versions/{version}/publish",
    .rule = Rule::needs(Role::publisher),
    .summary = "publishes a version",
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const Model model, c.model());
      TRY(publish(c.hub.store, c.who, *c.project, model, c.at("version")));
      TRY_SET(const StoredVersion version, c.hub.store.version(model.id, c.at("version")));
      return json_response(wire::to_json(version.manifest));
    },
};

}  // namespace samara::hub::routes
