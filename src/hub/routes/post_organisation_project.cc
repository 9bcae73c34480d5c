// POST /v1/organisations/{organisation}/projects: makes a project that belongs to an organisation.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

static constexpr Field kOwnProjectBody[] = {
    {"name", Format::name, "of the new project", true},
    {"public", Format::truth, "whether what its devices may have needs no token"},
};

extern const Route post_organisation_project = {
    .method = "POST",
    .path = "/v1/organisations/{organisation}/projects",
    .rule = Rule::needs(Role::admin),
    .summary = "makes a project of an organisation",
    .body = kOwnProjectBody,
    .success = 201,
    .handle = [](Call& c) -> Result<Response> { return make_project(c, c.at("organisation")); },
};

}  // namespace samara::hub::routes
