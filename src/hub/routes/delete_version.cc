// DELETE .../versions/{version}: removes a version that nothing needs.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route delete_version = {
    .method = "DELETE",
    .path = "/v1/projects/{project}/models/{model}/versions/{version}",
    .rule = Rule::needs(Role::admin),
    .summary = "removes a version that is not published",
    .success = 204,
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const Model model, c.model());
      TRY(c.hub.store.remove_version(c.who, *c.project, model, c.at("version")));
      return Response{.status = 204};
    },
};

}  // namespace samara::hub::routes
