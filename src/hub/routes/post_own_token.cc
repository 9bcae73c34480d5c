// POST /v1/user/tokens: makes a token of one's own, for programs that act in one's name. It can do what its
// user can at the moment, and nothing beyond the role and project that it was made for.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {

static constexpr Field kOwnTokenBody[] = {
    {"name", Format::name, "that stands in the audit log behind the user's", true},
    {"role", Format::role, "the most that it may do", true},
    {"days", Format::count, "how long it holds; 0 or absent: until it is revoked"},
    {"project", Format::name, "that alone; absent: wherever the user may"},
};

extern const Route post_own_token = {
    .method = "POST",
    .path = "/v1/user/tokens",
    .rule = Rule::session(),
    .summary = "makes a token of one's own",
    .body = kOwnTokenBody,
    .success = 201,
    .handle = [](Call& c) -> Result<Response> {
      TRY_SET(const Role role, role_of(c.text("role")));
      TRY_SET(const auto valid, days_of(c));
      TRY_SET(const std::string secret,
              c.hub.store.make_own_token(c.who, c.text("name"), role, c.text("project"), valid));
      return json_response(Json::object({{"name", c.text("name")}, {"token", secret}}), 201);
    },
};

}  // namespace samara::hub::routes
