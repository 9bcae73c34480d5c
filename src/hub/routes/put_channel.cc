// PUT .../channel: points at a published version.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

static constexpr Field kChannelBody[] = {
    {"version", Format::version, "a published one", true},
};

extern const Route put_channel = {
    .method = "PUT",
    .path = "/v1/projects/{project}/models/{model}/channels/{channel}",
    .rule = Rule::needs(Role::publisher),
    .summary = "promotes a version to a channel",
    .body = kChannelBody,
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const Model model, c.model());
      TRY(c.hub.store.point(c.who, *c.project, model, PointerKind::channel, c.at("channel"),
                            c.text("version")));
      return json_response(
          Json::object({{"name", c.at("channel")}, {"version", c.text("version")}}));
    },
};

}  // namespace samara::hub::routes
