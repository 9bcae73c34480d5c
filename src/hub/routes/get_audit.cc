// GET .../audit: who did what, the newest first.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_audit = {
    .method = "GET",
    .path = "/v1/projects/{project}/audit",
    .rule = Rule::needs(Role::admin),
    .summary = "the audit log of a project",
    .query = kAuditQuery,
    .handle = [](Call& c) -> Result<Response> { return audit_log(c, c.project->name); },
    .quick = true,
};

}  // namespace samara::hub::routes
