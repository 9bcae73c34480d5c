// GET /v1/tokens: those of the whole hub; never the secrets.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_hub_tokens = {
    .method = "GET",
    .path = "/v1/tokens",
    .rule = Rule::needs_hub(Role::admin),
    .summary = "the tokens of the whole hub",
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const auto tokens, c.hub.store.tokens(0));
      return json_response(tokens_json(tokens));
    },
};

}  // namespace samara::hub::routes
