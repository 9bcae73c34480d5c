// DELETE /v1/cookie: the hub's pages in this browser forget the token. It needs none: an expired one
// can be forgotten too.
#include "hub/routes/core/pages.h"

namespace samara::hub::routes {

extern const Route delete_cookie = {
    .method = "DELETE",
    .path = "/v1/cookie",
    .rule = Rule::anyone(),
    .summary = "logs the hub's pages out, in this browser",
    .success = 204,
    .handle = [](Call& c) -> Result<Response> {
      Response out{.status = 204};
      out.headers.emplace_back("Set-Cookie", page_cookie(c.request, ""));
      return out;
    },
};

}  // namespace samara::hub::routes
