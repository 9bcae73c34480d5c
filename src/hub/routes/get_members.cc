// GET .../members: the users who have a role in the project.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_members = {
    .method = "GET",
    .path = "/v1/projects/{project}/members",
    .rule = Rule::needs(Role::admin),
    .summary = "the users who have a role in the project",
    .handle = list_members,
};

}  // namespace samara::hub::routes
