// GET /openapi.json: the table of routes, for people and programs.
#include "fleet/io/server/gzip.h"
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

extern const Route get_openapi = {
    .method = "GET",
    .path = "/openapi.json",
    .rule = Rule::anyone(),
    .summary = "this document",
    .handle = [](Call&) -> Result<Response> {
      static const Response document = [] {
        Response out = with_etag(openapi(all_routes()));
        out.gzipped = std::make_shared<server::Gzipped>();
        return out;
      }();
      return document;
    },
    .quick = true,
};

}  // namespace samara::hub::routes
