// POST /v1/projects: makes a project.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

static constexpr Field kProjectBody[] = {
    {"name", Format::name, "of the new project", true},
    {"organisation", Format::name, "that it belongs to"},
    {"public", Format::truth, "whether what its devices may have needs no token"},
};

extern const Route post_project = {
    .method = "POST",
    .path = "/v1/projects",
    .rule = Rule::needs_hub(Role::admin),
    .summary = "makes a project",
    .body = kProjectBody,
    .success = 201,
    .handle = [](Call& c) -> Result<Response> { return make_project(c, c.text("organisation")); },
};

}  // namespace samara::hub::routes
