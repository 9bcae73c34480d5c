// DELETE /v1/sessions: logs out: revokes the very token that asks.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route delete_session = {
    .method = "DELETE",
    .path = "/v1/sessions",
    .rule = Rule::session(),
    .summary = "logs out",
    .success = 204,
    .handle = [](Call& c) -> Result<Response> {
      TRY(c.hub.store.revoke_own_token(c.who, c.who.token));
      return Response{.status = 204};
    },
};

}  // namespace samara::hub::routes
