// GET .../members: the users who have a role in all projects of an organisation.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_organisation_members = {
    .method = "GET",
    .path = "/v1/organisations/{organisation}/members",
    .rule = Rule::needs(Role::admin),
    .summary = "the users who have a role in all projects of an organisation",
    .handle = list_members,
};

}  // namespace samara::hub::routes
