// samara hub login: remembers a hub, after asking it whether the token holds; of a user with a password
// the token is one for a while.
#include <cstdio>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/client.h"
#include "cli/trust/keys.h"

namespace samara::cli::commands {
namespace {

struct HubLogin {
  HubFlags hub;
  PassphraseFlags password;
  std::string address, user;
  int64_t hours = 12;

  void declare(Args& args) {
    args.positional("ADDRESS", address, "the hub's address, e.g. http://127.0.0.1:8080");
    args.option("--user", user, "log in as this user, with a password");
    args.option("--hours", hours, "how long a user's log-in holds", 1, 720);
    declare_secret(args, password, "password");
    declare_hub_flags(args, hub);
  }

  /// A token for the user's password.
  Result<std::string> session() {
    TRY_SET(HubClient stranger, HubClient::open(hub));
    TRY_SET(const crypto::Secret typed, passphrase(password, user, false));
    TRY_SET(const json::Json made,
            stranger.call("POST", "/v1/sessions",
                          json::Json::object(
                              {{"name", user}, {"password", typed.view()}, {"hours", hours}})));
    return text_of(made, "token");
  }

  Result<int> run(const Args&) {
    hub.hub = address;
    if (!user.empty()) {
      TRY_SET(hub.token, session());
    }
    TRY_SET(HubClient client, HubClient::open(hub));
    TRY_SET(const json::Json who, client.call("GET", "/v1/whoami"));
    HubFlags kept = client.flags();
    if (hub.project.empty() && who.find("project")) kept.project = text_of(who, "project");
    TRY(save_login(kept));
    std::printf("%s\n",
                hub.json ? who.dump(2).c_str()
                         : cat("logged in as '", text_of(who, "name"), "' (", text_of(who, "role"),
                               "), project '", kept.project, "'; kept in ", login_path())
                               .c_str());
    return 0;
  }
};

}  // namespace

extern const Command hub_login =
    define_command<HubLogin>("hub login", "remember a hub and a token, or log in as a user");

}  // namespace samara::cli::commands
