// PUT /v1/password: changes one's own password, which ends one's other sessions.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

static constexpr Field kPasswordBody[] = {
    {"present", Format::text, "the password until now", true},
    {"password", Format::password, "the password from now on, of at least 10 bytes", true},
};

extern const Route put_password = {
    .method = "PUT",
    .path = "/v1/password",
    .rule = Rule::session(),
    .summary = "changes one's own password",
    .body = kPasswordBody,
    .success = 204,
    .handle = [](Call& c) -> Result<Response> {
      // As a log-in: what is stolen is a token, and the password would be next.
      if (!c.hub.logins.may_try(server::network_of(c.request.peer), c.who.name))
        return server::error_response(429, "too many tries; wait a while");
      const Logins::Turn turn(c.hub.logins);
      if (!turn) return Error(Code::unavailable, "too many log in at once");
      TRY(c.hub.store.change_password(c.who, c.text("present"), c.text("password")));
      return Response{.status = 204};
    },
};

}  // namespace samara::hub::routes
