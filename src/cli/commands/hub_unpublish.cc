// samara hub unpublish: take a version back that no channel needs.
#include <cstdio>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/client.h"

namespace samara::cli::commands {
namespace {

struct HubUnpublish {
  HubFlags hub;
  std::string model, version;

  void declare(Args& args) {
    args.positional("MODEL", model, "its name on the hub");
    args.positional("VERSION", version, "the version");
    declare_hub_flags(args, hub);
  }

  Result<int> run(const Args&) {
    TRY_SET(HubClient client, HubClient::open(hub));
    TRY_SET(const json::Json answer,
            client.call("POST", client.in_project(
                                    cat("/models/", model, "/versions/", version, "/unpublish"))));
    std::printf("%s\n", hub.json ? answer.dump(2).c_str()
                                 : cat(model, " ", version, " is not published any more").c_str());
    return 0;
  }
};

}  // namespace

extern const Command hub_unpublish =
    define_command<HubUnpublish>("hub unpublish", "take a version back that no channel needs");

}  // namespace samara::cli::commands
