// POST /v1/users: makes a user, who may do nothing until somebody gives a role.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

static constexpr Field kUserBody[] = {
    {"name", Format::name, "of the new user", true},
    {"password", Format::password, "to log in with, of at least 10 bytes", true},
};

extern const Route post_user = {
    .method = "POST",
    .path = "/v1/users",
    .rule = Rule::needs_hub(Role::admin),
    .summary = "makes a user",
    .body = kUserBody,
    .success = 201,
    .handle = [](Call& c) -> Result<Response> {
      TRY(c.hub.store.make_user(c.who, c.text("name"), c.text("password")));
      return json_response(Json::object({{"name", c.text("name")}}), 201);
    },
};

}  // namespace samara::hub::routes
