// DELETE /v1/user/tokens/{token}: revokes a token or session of one's own at once.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route delete_own_token = {
    .method = "DELETE",
    .path = "/v1/user/tokens/{token}",
    .rule = Rule::session(),
    .summary = "revokes a token or session of one's own",
    .success = 204,
    .handle = [](Call& c) -> Result<Response> {
      TRY(c.hub.store.revoke_own_token(c.who, std::stoll(c.at("token"))));
      return Response{.status = 204};
    },
};

}  // namespace samara::hub::routes
