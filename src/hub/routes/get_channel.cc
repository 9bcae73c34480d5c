// GET .../channels/{channel}: what devices ask: which version is to be had?
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_channel = {
    .method = "GET",
    .path = "/v1/projects/{project}/models/{model}/channels/{channel}",
    .rule = Rule::needs(Role::device),
    .summary = "the version that a channel stands for",
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const Model model, c.model());
      TRY_SET(const StoredVersion version,
              c.hub.store.resolve(model.id, PointerKind::channel, c.at("channel")));
      return with_etag(full_json(version));
    },
    .quick = true,
};

}  // namespace samara::hub::routes
