// PATCH /v1/users/{user}: disables a user or lets one in again; sets a password that was forgotten.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

static constexpr Field kUserChange[] = {
    {"disabled", Format::truth,
     "whether the user is kept out; all tokens of that user are revoked"},
    {"password", Format::password, "a new one, of at least 10 bytes; it ends the user's sessions"},
};

extern const Route patch_user = {
    .method = "PATCH",
    .path = "/v1/users/{user}",
    .rule = Rule::needs_hub(Role::admin),
    .summary = "disables a user, or sets a password",
    .body = kUserChange,
    .success = 204,
    .handle = [](Call& c) -> Result<Response> {
      const Json* disabled = c.body.find("disabled");
      const std::string password = c.text("password");
      if (!disabled && password.empty())
        return Error(Code::invalid_argument, "the body says neither 'disabled' nor 'password'");
      if (!password.empty()) TRY(c.hub.store.set_password(c.who, c.at("user"), password));
      if (disabled) TRY(c.hub.store.set_disabled(c.who, c.at("user"), *disabled->as_bool()));
      return Response{.status = 204};
    },
};

}  // namespace samara::hub::routes
