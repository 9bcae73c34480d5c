// GET /v1/projects: those that the token reaches.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_projects = {
    .method = "GET",
    .path = "/v1/projects",
    .rule = Rule::needs(Role::viewer),
    .summary = "the projects that the token reaches",
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const auto projects, c.hub.store.projects(c.who));
      Json list = Json::array();
      for (const Project& p : projects)
        list.push(Json::object({{"name", p.name},
                                {"organisation", p.organisation},
                                {"role", name(c.who.role_in(p).value_or(Role::device))},
                                {"created_at", wire::time_text(p.created_at)}}));
      return json_response(Json::object({{"projects", std::move(list)}}));
    },
    .quick = true,
};

}  // namespace samara::hub::routes
