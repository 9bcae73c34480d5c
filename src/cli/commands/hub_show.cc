// samara hub show: a version with what was found in its file.
#include <cstdio>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/client.h"

namespace samara::cli::commands {
namespace {

struct HubShow {
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
            client.call("GET", client.in_project(cat("/models/", model, "/versions/", version))));
    std::printf("%s\n", answer.dump(2).c_str());
    return 0;
  }
};

}  // namespace

extern const Command hub_show =
    define_command<HubShow>("hub show", "show a version and what is in it");

}  // namespace samara::cli::commands
