// samara hub logout: ends a user's log-in, and forgets the token.
#include <cstdio>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/client.h"

namespace samara::cli::commands {
namespace {

struct HubLogout {
  HubFlags hub;

  void declare(Args& args) { declare_hub_flags(args, hub); }

  Result<int> run(const Args&) {
    TRY_SET(HubClient client, HubClient::open(hub));
    TRY(client.call("DELETE", "/v1/sessions"));
    HubFlags kept = client.flags();
    kept.token.clear();
    TRY(save_login(kept));
    std::printf("%s\n", hub.json ? "{}" : "logged out");
    return 0;
  }
};

}  // namespace

extern const Command hub_logout = define_command<HubLogout>("hub logout", "end a user's log-in");

}  // namespace samara::cli::commands
