// PUT .../members/{user}: gives a user a role in all projects of an organisation, in place of the one there before.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route put_organisation_member = {
    .method = "PUT",
    .path = "/v1/organisations/{organisation}/members/{user}",
    .rule = Rule::needs(Role::admin),
    .summary = "gives a user a role in all projects of an organisation",
    .body = kMemberBody,
    .handle = set_member,
};

}  // namespace samara::hub::routes
