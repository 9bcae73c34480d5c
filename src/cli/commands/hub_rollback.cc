// samara hub rollback: points a channel at what it stood for before.
#include <cstdio>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/client.h"

namespace samara::cli::commands {
namespace {

struct HubRollback {
  HubFlags hub;
  std::string model, channel = "stable";

  void declare(Args& args) {
    args.positional("MODEL", model, "its name on the hub");
    args.positional("CHANNEL", channel, "stable unless named", false);
    declare_hub_flags(args, hub);
  }

  Result<int> run(const Args&) {
    TRY_SET(HubClient client, HubClient::open(hub));
    TRY_SET(const json::Json answer,
            client.call("POST", client.in_project(
                                    cat("/models/", model, "/channels/", channel, "/rollback"))));
    std::printf("%s\n", hub.json ? answer.dump(2).c_str()
                                 : cat("channel '", channel, "' of ", model, " stands for ",
                                       text_of(answer, "version"), " again")
                                       .c_str());
    return 0;
  }
};

}  // namespace

extern const Command hub_rollback =
    define_command<HubRollback>("hub rollback", "point a channel at its version before");

}  // namespace samara::cli::commands
