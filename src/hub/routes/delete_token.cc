// DELETE .../tokens/{token}: revokes a token at once.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route delete_token = {
    .method = "DELETE",
    .path = "/v1/projects/{project}/tokens/{token}",
    .rule = Rule::needs(Role::admin),
    .summary = "revokes a token",
    .success = 204,
    .handle = [](Call& c) -> Result<Response> {
      TRY(c.hub.store.revoke_token(c.who, *c.project, std::stoll(c.at("token"))));
      Response out;
      out.status = 204;
      return out;
    },
};

}  // namespace samara::hub::routes
