// POST /v1/cookie: from now on the hub's pages in this browser show the token that came with this call.
#include "hub/routes/core/pages.h"

namespace samara::hub::routes {

extern const Route post_cookie = {
    .method = "POST",
    .path = "/v1/cookie",
    .rule = Rule::needs(Role::viewer),
    .summary = "logs the hub's pages in, in this browser",
    .success = 204,
    .handle = [](Call& c) -> Result<Response> {
      const std::string_view header = c.request.header("authorization");
      const size_t space = header.find(' ');
      if (space == header.npos)
        return Error(Code::invalid_argument, "the token comes as Authorization: Bearer smr_...");
      Response out{.status = 204};
      out.headers.emplace_back("Set-Cookie", page_cookie(c.request, header.substr(space + 1)));
      out.headers.emplace_back("Cache-Control", "no-store");
      return out;
    },
};

}  // namespace samara::hub::routes
