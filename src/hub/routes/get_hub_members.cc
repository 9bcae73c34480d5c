// GET /v1/members: the users who have a role on the whole hub.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_hub_members = {
    .method = "GET",
    .path = "/v1/members",
    .rule = Rule::needs_hub(Role::admin),
    .summary = "the users who have a role on the whole hub",
    .handle = list_members,
};

}  // namespace samara::hub::routes
