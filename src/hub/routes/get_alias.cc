// GET .../aliases/{alias}: the version that an alias stands for.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_alias = {
    .method = "GET",
    .path = "/v1/projects/{project}/models/{model}/aliases/{alias}",
    .rule = Rule::needs(Role::device),
    .summary = "the version that an alias stands for",
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const Model model, c.model());
      TRY_SET(const StoredVersion version,
              c.hub.store.resolve(model.id, PointerKind::alias, c.at("alias")));
      return with_etag(full_json(version));
    },
    .quick = true,
};

}  // namespace samara::hub::routes
