// DELETE .../members/{user}: takes a user's role in all projects of an organisation away.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route delete_organisation_member = {
    .method = "DELETE",
    .path = "/v1/organisations/{organisation}/members/{user}",
    .rule = Rule::needs(Role::admin),
    .summary = "takes a user's role in all projects of an organisation away",
    .success = 204,
    .handle = remove_member,
};

}  // namespace samara::hub::routes
