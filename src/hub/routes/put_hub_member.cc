// PUT /v1/members/{user}: gives a user a role on the whole hub, in place of the one there before.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route put_hub_member = {
    .method = "PUT",
    .path = "/v1/members/{user}",
    .rule = Rule::needs_hub(Role::admin),
    .summary = "gives a user a role on the whole hub",
    .body = kMemberBody,
    .handle = set_member,
};

}  // namespace samara::hub::routes
