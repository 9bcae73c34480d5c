// POST .../tokens: makes a token. Its secret is in the answer, and nowhere else ever after.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route post_token = {
    .method = "POST",
    .path = "/v1/projects/{project}/tokens",
    .rule = Rule::needs(Role::admin),
    .summary = "makes a token for a project",
    .body = kTokenBody,
    .success = 201,
    .handle = [](Call& c) -> Result<Response> { return make_token(c, c.project->name); },
};

}  // namespace samara::hub::routes
