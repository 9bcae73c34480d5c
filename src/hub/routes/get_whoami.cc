// GET /v1/whoami: what the token is good for.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_whoami = {
    .method = "GET",
    .path = "/v1/whoami",
    .rule = Rule::needs(Role::device),
    .summary = "what the token is good for",
    .handle = [](Call& c) -> Result<Response> {
      Json out = Json::object({{"name", c.who.name}, {"role", name(c.who.role)}});
      TRY_SET(const auto projects, c.hub.store.projects(c.who));
      if (c.who.project != 0 && !projects.empty()) out.set("project", projects[0].name);
      if (c.who.user != 0) out.set("roles", grants_json(c.who.grants));
      return json_response(out);
    },
    .quick = true,
};

}  // namespace samara::hub::routes
