// GET .../tokens: of a project; never the secrets.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_tokens = {
    .method = "GET",
    .path = "/v1/projects/{project}/tokens",
    .rule = Rule::needs(Role::admin),
    .summary = "the tokens of a project",
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const auto tokens, c.hub.store.tokens(c.project->id));
      return json_response(tokens_json(tokens));
    },
};

}  // namespace samara::hub::routes
