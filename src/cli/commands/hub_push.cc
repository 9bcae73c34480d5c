// samara hub push: uploads a model, which the hub judges, and publishes it where asked.
#include <cstdio>

#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/push.h"

namespace samara::cli::commands {
namespace {

struct HubPush {
  HubFlags hub;
  PushFlags push;
  std::string file, upload;

  void declare(Args& args) {
    args.positional("FILE", file, "the .tflite file");
    declare_push_flags(args, push);
    args.option("--upload", upload, "go on with this upload, which was cut");
    declare_hub_flags(args, hub);
  }

  Result<int> run(const Args&) {
    TRY_SET(HubClient client, HubClient::open(hub));
    if (push.model.empty()) push.model = stem(file);
    TRY_SET(const Pushed done, push_file(client, push, file, {}, upload));
    std::printf("%s\n", hub.json ? done.manifest.dump(2).c_str() : done.told.c_str());
    return 0;
  }
};

}  // namespace

extern const Command hub_push = define_command<HubPush>("hub push", "upload a model");

}  // namespace samara::cli::commands
