// GET /: the hub's pages, which then ask the API below /v1 like anybody.
#include "hub/routes/core/pages.h"

namespace samara::hub::routes {

extern const Route get_page = {
    .method = "GET",
    .path = "/",
    .rule = Rule::anyone(),
    .summary = "the hub's pages",
    .content = "text/html",
    .handle = [](Call&) -> Result<Response> { return page_response("index.html"); },
    .quick = true,
};

}  // namespace samara::hub::routes
