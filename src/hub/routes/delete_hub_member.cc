// DELETE /v1/members/{user}: takes a user's role on the whole hub away.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route delete_hub_member = {
    .method = "DELETE",
    .path = "/v1/members/{user}",
    .rule = Rule::needs_hub(Role::admin),
    .summary = "takes a user's role on the whole hub away",
    .success = 204,
    .handle = remove_member,
};

}  // namespace samara::hub::routes
