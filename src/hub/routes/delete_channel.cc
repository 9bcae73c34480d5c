// DELETE .../channel: the name stands for nothing any more.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route delete_channel = {
    .method = "DELETE",
    .path = "/v1/projects/{project}/models/{model}/channels/{channel}",
    .rule = Rule::needs(Role::admin),
    .summary = "removes the channel",
    .success = 204,
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const Model model, c.model());
      TRY(c.hub.store.remove_pointer(c.who, *c.project, model, PointerKind::channel,
                                     c.at("channel")));
      return Response{.status = 204};
    },
};

}  // namespace samara::hub::routes
