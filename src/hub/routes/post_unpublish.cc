// POST .../versions/{version}/unpublish: no device gets it any more.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route post_unpublish = {
    .method = "POST",
    .path = "/v1/projects/{project}/models/{model}/versions/{version}/unpublish",
    .rule = Rule::needs(Role::publisher),
    .summary = "takes a version back that no channel needs",
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const Model model, c.model());
      TRY(c.hub.store.set_published(c.who, *c.project, model, c.at("version"), false));
      TRY_SET(const StoredVersion version, c.hub.store.version(model.id, c.at("version")));
      return json_response(wire::to_json(version.manifest));
    },
};

}  // namespace samara::hub::routes
