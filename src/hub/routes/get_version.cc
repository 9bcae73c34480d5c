// GET .../versions/{version}: its manifest and what was found in the file.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_version = {
    .method = "GET",
    .path = "/v1/projects/{project}/models/{model}/versions/{version}",
    .rule = Rule::needs(Role::viewer),
    .summary = "a version and what is in it",
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const Model model, c.model());
      TRY_SET(const StoredVersion version, c.hub.store.version(model.id, c.at("version")));
      return with_etag(full_json(version));
    },
    .quick = true,
};

}  // namespace samara::hub::routes
