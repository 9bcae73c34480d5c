// GET /metrics: counters in the text format that Prometheus scrapes.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_metrics = {
    .method = "GET",
    .path = "/metrics",
    .rule = Rule::needs_hub(Role::viewer),
    .summary = "counters for Prometheus",
    .content = "text/plain",
    .handle = [](Call& c) -> Result<Response> {
      Response out;
      out.headers = {{"Content-Type", "text/plain; version=0.0.4"}};
      out.body = c.hub.metrics();
      return out;
    },
    .quick = true,
};

}  // namespace samara::hub::routes
