// GET .../tokens: of a project; never the secrets.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_tokens = {
    .method = "GET",
    .path = "/v1/projects/{project}/tokens",
    .rule = Rule::needs(Role::admin),
    .summary = "the tokens of a project",
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const auto tokens, c.hub.store.tokens(c.project->id));
      const auto time = [](int64_t at) { return at == 0 ? Json() : Json(wire::time_text(at)); };
      Json list = Json::array();
      for (const Token& t : tokens)
        list.push(Json::object({{"id", t.id},
                                {"name", t.name},
                                {"role", name(t.role)},
                                {"created_at", time(t.created_at)},
                                {"created_by", t.created_by},
                                {"expires_at", time(t.expires_at)},
                                {"revoked_at", time(t.revoked_at)}}));
      return json_response(Json::object({{"tokens", std::move(list)}}));
    },
    .quick = true,
};

}  // namespace samara::hub::routes
