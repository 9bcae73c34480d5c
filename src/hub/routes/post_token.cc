// POST .../tokens: makes a token. Its secret is in the answer, and nowhere else ever after.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

static constexpr Field kTokenBody[] = {
    {"name", Format::name, "that stands in the audit log", true},
    {"role", Format::role, "what it may do", true},
    {"days", Format::count, "how long it holds; 0 or absent: until it is revoked"},
};

extern const Route post_token = {
    .method = "POST",
    .path = "/v1/projects/{project}/tokens",
    .rule = Rule::needs(Role::admin),
    .summary = "makes a token for a project",
    .body = kTokenBody,
    .success = 201,
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const Role role, role_of(c.text("role")));
      const Json* days = c.body.find("days");
      const int64_t valid = days ? days->as_integer().value_or(0) : 0;
      if (valid > 36'500) return Error(Code::invalid_argument, "'days' is at most 36500");
      TRY_SET(const std::string secret,
              c.hub.store.make_token(c.who, c.text("name"), role, c.project->name,
                                     std::chrono::hours(24 * valid)));
      return json_response(Json::object({{"name", c.text("name")}, {"token", secret}}), 201);
    },
};

}  // namespace samara::hub::routes
