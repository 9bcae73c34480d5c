// GET /healthz: the process lives.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_health = {
    .method = "GET",
    .path = "/healthz",
    .rule = Rule::anyone(),
    .summary = "whether the process lives",
    .handle = [](Call&) -> Result<Response> {
      return json_response(Json::object({{"status", "ok"}}));
    },
    .quick = true,
};

}  // namespace samara::hub::routes
