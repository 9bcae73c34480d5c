// GET /v1/audit: who did what anywhere on the hub, the newest first.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_hub_audit = {
    .method = "GET",
    .path = "/v1/audit",
    .rule = Rule::needs_hub(Role::admin),
    .summary = "the audit log of the whole hub",
    .query = kAuditQuery,
    .handle = [](Call& c) -> Result<Response> { return audit_log(c, ""); },
    .quick = true,
};

}  // namespace samara::hub::routes
