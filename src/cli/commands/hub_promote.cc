// samara hub promote: makes a channel stand for a published version.
#include <cstdio>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/owner.h"

namespace samara::cli::commands {
namespace {

struct HubPromote {
  HubFlags hub;
  SignFlags sign;
  std::string model, version, channel = "stable";

  void declare(Args& args) {
    args.positional("MODEL", model, "its name on the hub");
    args.positional("VERSION", version, "the version");
    args.positional("CHANNEL", channel, "stable unless named", false);
    declare_sign_flags(args, sign);
    declare_hub_flags(args, hub);
  }

  Result<int> run(const Args&) {
    TRY_SET(HubClient client, HubClient::open(hub));
    TRY(point_channel(client, sign, model, channel, version));
    const auto result = json::Json::object({{"name", channel}, {"version", version}});
    std::printf("%s\n",
                hub.json
                    ? result.dump(2).c_str()
                    : cat("channel '", channel, "' of ", model, " stands for ", version).c_str());
    return 0;
  }
};

}  // namespace

extern const Command hub_promote =
    define_command<HubPromote>("hub promote", "make a channel stand for a version");

}  // namespace samara::cli::commands
