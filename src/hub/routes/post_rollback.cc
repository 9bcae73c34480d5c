// POST .../channels/{channel}/rollback: back to where the channel pointed before.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route post_rollback = {
    .method = "POST",
    .path = "/v1/projects/{project}/models/{model}/channels/{channel}/rollback",
    .rule = Rule::needs(Role::publisher),
    .summary = "points a channel at its version before",
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const Model model, c.model());
      TRY_SET(const std::string version,
              c.hub.store.roll_back(c.who, *c.project, model, c.at("channel")));
      return json_response(Json::object({{"name", c.at("channel")}, {"version", version}}));
    },
};

}  // namespace samara::hub::routes
