// GET /openapi.json: the table of routes, for people and programs.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_openapi = {
    .method = "GET",
    .path = "/openapi.json",
    .rule = Rule::anyone(),
    .summary = "this document",
    .handle = [](Call&) -> Result<Response> {
      static const Json document = openapi(all_routes());
      return with_etag(document);
    },
    .quick = true,
};

}  // namespace samara::hub::routes
