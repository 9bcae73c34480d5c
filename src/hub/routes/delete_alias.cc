// DELETE .../alias: the name stands for nothing any more.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route delete_alias = {
    .method = "DELETE",
    .path = "/v1/projects/{project}/models/{model}/aliases/{alias}",
    .rule = Rule::needs(Role::publisher),
    .summary = "removes the alias",
    .success = 204,
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const Model model, c.model());
      TRY(c.hub.store.remove_pointer(c.who, *c.project, model, PointerKind::alias, c.at("alias")));
      return Response{.status = 204};
    },
};

}  // namespace samara::hub::routes
