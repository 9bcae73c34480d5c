// PUT .../members/{user}: gives a user a role in the project, in place of the one there before.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route put_member = {
    .method = "PUT",
    .path = "/v1/projects/{project}/members/{user}",
    .rule = Rule::needs(Role::admin),
    .summary = "gives a user a role in the project",
    .body = kMemberBody,
    .handle = set_member,
};

}  // namespace samara::hub::routes
