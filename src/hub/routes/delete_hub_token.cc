// DELETE /v1/tokens/{token}: revokes a token of the whole hub at once.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route delete_hub_token = {
    .method = "DELETE",
    .path = "/v1/tokens/{token}",
    .rule = Rule::needs_hub(Role::admin),
    .summary = "revokes a token of the whole hub",
    .success = 204,
    .handle = [](Call& c) -> Result<Response> {
      TRY(c.hub.store.revoke_token(c.who, {}, std::stoll(c.at("token"))));
      Response out;
      out.status = 204;
      return out;
    },
};

}  // namespace samara::hub::routes
