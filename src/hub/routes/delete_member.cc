// DELETE .../members/{user}: takes a user's role in the project away.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route delete_member = {
    .method = "DELETE",
    .path = "/v1/projects/{project}/members/{user}",
    .rule = Rule::needs(Role::admin),
    .summary = "takes a user's role in the project away",
    .success = 204,
    .handle = remove_member,
};

}  // namespace samara::hub::routes
