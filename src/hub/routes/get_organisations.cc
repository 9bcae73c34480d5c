// GET /v1/organisations: those in which the caller has a role.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_organisations = {
    .method = "GET",
    .path = "/v1/organisations",
    .rule = Rule::needs(Role::viewer),
    .summary = "the organisations in which one has a role",
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const auto names, c.hub.store.organisations(c.who));
      return json_response(Json::object({{"organisations", Json::list(names)}}));
    },
};

}  // namespace samara::hub::routes
