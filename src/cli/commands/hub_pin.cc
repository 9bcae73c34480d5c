// samara hub pin: a name under which devices get one version, whatever channels stand for.
#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/owner.h"

namespace samara::cli::commands {
namespace {

struct HubPin {
  HubFlags hub;
  SignFlags sign;
  std::string model, version, name;

  void declare(Args& args) {
    args.positional("MODEL", model, "its name on the hub");
    args.positional("VERSION", version, "the version");
    args.positional("NAME", name, "of the pin, which devices are told to follow");
    declare_sign_flags(args, sign);
    declare_hub_flags(args, hub);
  }

  Result<int> run(const Args&) {
    TRY_SET(HubClient client, HubClient::open(hub));
    TRY(point(client, sign, trust::Folder::pins, model, name, version));
    print_pointer(hub.json, name, version,
                  cat("pin '", name, "' of ", model, " stands for ", version));
    return 0;
  }
};

}  // namespace

extern const Command hub_pin =
    define_command<HubPin>("hub pin", "give one version a name that devices follow");

}  // namespace samara::cli::commands
