// GET /readyz: it can do its work now. A load balancer asks this one.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_readiness = {
    .method = "GET",
    .path = "/readyz",
    .rule = Rule::anyone(),
    .summary = "whether it can do its work",
    .handle = [](Call& c) -> Result<Response> {
      if (c.hub.leaving) return server::error_response(503, "this hub is stopping");
      TRY(c.hub.store.check());
      return json_response(Json::object({{"status", "ok"}}));
    },
    .quick = true,
};

}  // namespace samara::hub::routes
