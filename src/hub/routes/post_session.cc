// POST /v1/sessions: logs a user in. The answer holds a token for a while. That a name is unknown, a
// password wrong or a user disabled looks the same, and takes the same time.
#include "hub/routes/core/route.h"

namespace samara::hub::routes {
namespace {

constexpr int64_t kSessionHours = 12, kMostSessionHours = 720;

constexpr Field kSessionBody[] = {
    {"name", Format::name, "of the user", true},
    {"password", Format::text, "of the user", true},
    {"hours", Format::count, "how long the token holds, at most 720; else 12"},
};

Result<Response> log_in(Call& c) {
  const std::string user = c.text("name");
  const Json* asked = c.body.find("hours");
  const int64_t hours = asked ? asked->as_integer().value_or(0) : kSessionHours;
  if (hours < 1 || hours > kMostSessionHours)
    return Error(Code::invalid_argument, cat("'hours' is 1 to ", kMostSessionHours));
  if (!c.hub.logins.may_try(server::network_of(c.request.peer), user))
    return server::error_response(429, "too many tries to log in; wait a while");
  const Logins::Turn turn(c.hub.logins);
  if (!turn) return Error(Code::unavailable, "too many log in at once");
  auto session =
      c.hub.store.log_in(user, c.text("password"), c.request.peer, std::chrono::hours(hours));
  if (!session.ok() && session.error().code() == Code::permission_denied) {
    if (c.hub.log) c.hub.log(cat("a log-in of '", user, "' from ", c.request.peer, " is refused"));
    return server::error_response(401, session.error().message());
  }
  TRY_SET(const Session made, std::move(session));
  return json_response(Json::object({{"name", user},
                                     {"token", made.token},
                                     {"expires_at", wire::time_text(made.expires_at)}}),
                       201);
}

}  // namespace

extern const Route post_session = {
    .method = "POST",
    .path = "/v1/sessions",
    .rule = Rule::anyone(),
    .summary = "logs a user in",
    .body = kSessionBody,
    .success = 201,
    .handle = log_in,
};

}  // namespace samara::hub::routes
