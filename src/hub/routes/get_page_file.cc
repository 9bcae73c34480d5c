// GET /ui/{file}: what the hub's pages are made of. Nobody's secrets are in it.
#include "hub/routes/core/pages.h"

namespace samara::hub::routes {

extern const Route get_page_file = {
    .method = "GET",
    .path = "/ui/{file}",
    .rule = Rule::anyone(),
    .summary = "a file of the hub's pages",
    .content = "*/*",
    .handle = [](Call& c) -> Result<Response> { return page_response(c.at("file")); },
    .quick = true,
};

}  // namespace samara::hub::routes
