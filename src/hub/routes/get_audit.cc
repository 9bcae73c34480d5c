// GET .../audit: who did what, the newest first.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

static constexpr Field kAuditQuery[] = {
    {"before", Format::count, "the id of the last entry seen"},
    {"limit", Format::count, "how many, at most 1000"},
};

extern const Route get_audit = {
    .method = "GET",
    .path = "/v1/projects/{project}/audit",
    .rule = Rule::needs(Role::admin),
    .summary = "the audit log of a project",
    .query = kAuditQuery,
    .handle = [](Call& c) -> Result<Response> {
      const auto number = [&](const char* name, int64_t absent) {
        return c.asked(name).empty() ? absent : int64_t{std::stoll(c.asked(name))};
      };
      TRY_SET(const auto log, c.hub.store.audit(c.project->name, number("before", 0),
                                                std::min<int64_t>(number("limit", 100), 1000)));
      Json list = Json::array();
      for (const AuditEntry& e : log)
        list.push(Json::object({{"id", e.id},
                                {"at", wire::time_text(e.at)},
                                {"who", e.who},
                                {"role", e.role},
                                {"peer", e.peer},
                                {"action", e.action},
                                {"subject", e.subject},
                                {"detail", e.detail}}));
      return json_response(Json::object({{"entries", std::move(list)}}));
    },
    .quick = true,
};

}  // namespace samara::hub::routes
