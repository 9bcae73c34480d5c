// samara hub promote: makes a channel stand for a published version.
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
    TRY(point(client, sign, trust::Folder::channels, model, channel, version));
    print_pointer(hub.json, channel, version,
                  cat("channel '", channel, "' of ", model, " stands for ", version));
    return 0;
  }
};

}  // namespace

extern const Command hub_promote =
    define_command<HubPromote>("hub promote", "make a channel stand for a version");

}  // namespace samara::cli::commands
