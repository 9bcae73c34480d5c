// samara hub pin: a name under which devices get one version, whatever channels stand for.
#include <cstdio>

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
    if (!sign.keys.empty()) {
      TRY_SET(Owner owner, Owner::open(client, sign));
      TRY(owner.point(trust::Folder::pins, model, name, version));
    } else {
      TRY(client.call("PUT", client.in_project(cat("/models/", model, "/aliases/", name)),
                      json::Json::object({{"version", version}})));
    }
    const auto result = json::Json::object({{"name", name}, {"version", version}});
    std::printf("%s\n", hub.json
                            ? result.dump(2).c_str()
                            : cat("pin '", name, "' of ", model, " stands for ", version).c_str());
    return 0;
  }
};

}  // namespace

extern const Command hub_pin =
    define_command<HubPin>("hub pin", "give one version a name that devices follow");

}  // namespace samara::cli::commands
