// POST /v1/tokens: makes a token of the whole hub, e.g. for what scrapes its metrics.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route post_hub_token = {
    .method = "POST",
    .path = "/v1/tokens",
    .rule = Rule::needs_hub(Role::admin),
    .summary = "makes a token for the whole hub",
    .body = kTokenBody,
    .success = 201,
    .handle = [](Call& c) -> Result<Response> { return make_token(c, ""); },
};

}  // namespace samara::hub::routes
