// samara hub rm: removes a version, or a whole model, that is not published.
#include <cstdio>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/client.h"

namespace samara::cli::commands {
namespace {

struct HubRm {
  HubFlags hub;
  std::string model, version;

  void declare(Args& args) {
    args.positional("MODEL", model, "its name on the hub");
    args.positional("VERSION", version, "this version; else the model with all of them", false);
    declare_hub_flags(args, hub);
  }

  Result<int> run(const Args&) {
    TRY_SET(HubClient client, HubClient::open(hub));
    const std::string what = version.empty() ? model : cat(model, "/versions/", version);
    TRY(client.call("DELETE", client.in_project("/models/" + what)));
    if (hub.json) {
      std::printf("{}\n");
    } else {
      std::printf("%s is removed\n", (version.empty() ? model : model + " " + version).c_str());
    }
    return 0;
  }
};

}  // namespace

extern const Command hub_rm =
    define_command<HubRm>("hub rm", "remove a version or a model that is not published");

}  // namespace samara::cli::commands
