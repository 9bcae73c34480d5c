// samara hub publish: let devices have a version.
#include <cstdio>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/client.h"

namespace samara::cli::commands {
namespace {

struct HubPublish {
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
                                    cat("/models/", model, "/versions/", version, "/publish"))));
    std::printf("%s\n", hub.json ? answer.dump(2).c_str()
                                 : cat(model, " ", version, " is published").c_str());
    return 0;
  }
};

}  // namespace

extern const Command hub_publish =
    define_command<HubPublish>("hub publish", "let devices have a version");

}  // namespace samara::cli::commands
