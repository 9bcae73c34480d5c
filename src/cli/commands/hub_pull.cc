// samara hub pull: fetches a version: the newest published one, one by number, or what a channel stands for.
#include <cstdio>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/client.h"
#include "fleet/wire/manifest.h"

namespace samara::cli::commands {
namespace {

struct HubPull {
  HubFlags hub;
  std::string model, output, version, channel;

  void declare(Args& args) {
    args.positional("MODEL", model, "its name on the hub");
    args.option("--version", version, "this one");
    args.option("--channel", channel, "the one that this channel stands for");
    args.option("-o,--output", output, "where to; else MODEL.tflite");
    declare_hub_flags(args, hub);
  }

  Result<int> run(const Args&) {
    TRY_SET(HubClient client, HubClient::open(hub));
    const std::string path = client.in_project("/models/" + model);
    std::string which = path + "/channels/" + (channel.empty() ? "stable" : channel);
    if (!version.empty()) which = path + "/versions/" + version;
    TRY_SET(const json::Json json, client.call("GET", which));
    TRY_SET(const wire::Manifest manifest, wire::read_manifest(json));
    if (output.empty()) output = model + ".tflite";
    TRY(client.download(manifest.sha256, manifest.size, output));
    std::printf("%s\n", hub.json ? json.dump(2).c_str()
                                 : cat(model, " ", manifest.version, " is in ", output).c_str());
    return 0;
  }
};

}  // namespace

extern const Command hub_pull = define_command<HubPull>("hub pull", "fetch a model");

}  // namespace samara::cli::commands
