// DELETE .../models/{model}: removes a model of which nothing is published.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route delete_model = {
    .method = "DELETE",
    .path = "/v1/projects/{project}/models/{model}",
    .rule = Rule::needs(Role::admin),
    .summary = "removes a model that is not published",
    .success = 204,
    .handle = [](Call& c) -> Result<Response> {
      TRY(c.hub.store.remove_model(c.who, *c.project, c.at("model")));
      return Response{.status = 204};
    },
};

}  // namespace samara::hub::routes
