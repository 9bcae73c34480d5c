// PUT .../alias: points at a published version.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

static constexpr Field kAliasBody[] = {
    {"version", Format::version, "a published one", true},
};

extern const Route put_alias = {
    .method = "PUT",
    .path = "/v1/projects/{project}/models/{model}/aliases/{alias}",
    .rule = Rule::needs(Role::publisher),
    .summary = "makes an alias stand for a version",
    .body = kAliasBody,
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const Model model, c.model());
      TRY(c.hub.store.point(c.who, *c.project, model, PointerKind::alias, c.at("alias"),
                            c.text("version")));
      return json_response(Json::object({{"name", c.at("alias")}, {"version", c.text("version")}}));
    },
};

}  // namespace samara::hub::routes
