// samara hub sign: signs for a version that the hub has, by the file that it was uploaded from.
#include <cstdio>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/owner.h"

namespace samara::cli::commands {
namespace {

struct HubSign {
  HubFlags hub;
  SignFlags sign;
  TargetFlags target;
  std::string model, version, file, golden;

  void declare(Args& args) {
    args.positional("MODEL", model, "its name on the hub");
    args.positional("VERSION", version, "the version");
    args.positional("FILE", file, "the .tflite file: what is signed for is its content");
    declare_target_flags(args, target);
    declare_sign_flags(args, sign);
    declare_golden_flag(args, golden);
    declare_hub_flags(args, hub);
  }

  Result<int> run(const Args&) {
    if (sign.keys.empty()) return Error(Code::invalid_argument, "--sign names the key");
    TRY_SET(HubClient client, HubClient::open(hub));
    TRY_SET(Owner owner, Owner::open(client, sign));
    TRY_SET(const json::Json filter, target.json());
    TRY(owner.sign_version(model, version, file, filter, golden));
    std::printf("%s %s is signed for\n", model.c_str(), version.c_str());
    return 0;
  }
};

}  // namespace

extern const Command hub_sign =
    define_command<HubSign>("hub sign", "sign for a version that the hub has");

}  // namespace samara::cli::commands
