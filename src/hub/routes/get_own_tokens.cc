// GET /v1/user/tokens: one's own tokens and sessions; never the secrets.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_own_tokens = {
    .method = "GET",
    .path = "/v1/user/tokens",
    .rule = Rule::session(),
    .summary = "one's own tokens and sessions",
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const auto tokens, c.hub.store.own_tokens(c.who.user));
      return json_response(tokens_json(tokens));
    },
};

}  // namespace samara::hub::routes
