// samara hub login: remembers a hub, after asking it whether the token holds.
#include <cstdio>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/client.h"

namespace samara::cli::commands {
namespace {

struct HubLogin {
  HubFlags hub;
  std::string address;

  void declare(Args& args) {
    args.positional("ADDRESS", address, "the hub's address, e.g. http://127.0.0.1:8080");
    declare_hub_flags(args, hub);
  }

  Result<int> run(const Args&) {
    hub.hub = address;
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
    define_command<HubLogin>("hub login", "remember a hub and a token");

}  // namespace samara::cli::commands
