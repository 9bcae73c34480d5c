// GET /v1/users: all users and their roles.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_users = {
    .method = "GET",
    .path = "/v1/users",
    .rule = Rule::needs_hub(Role::admin),
    .summary = "the users",
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const auto users, c.hub.store.users());
      return json_response(users_json(users));
    },
};

}  // namespace samara::hub::routes
