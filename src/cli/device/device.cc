#include "cli/device/device.h"

#include <cstdlib>

#include "base/text.h"
#include "base/try.h"
#include "fleet/agent/key_source.h"

namespace samara::cli {

void DeviceFlags::declare(Args& args) {
  const char* set = std::getenv("SAMARA_STORE");
  store = set ? set : "samara-models";
  args.option("--store", store, "the folder of the models (or SAMARA_STORE)");
  args.option("--root", root, "the first root.json, from the hub's owner; needed once");
  args.option("--channel", channel, "which channel is followed");
  args.option("--pin", pin, "a pin that is followed instead, where the hub has it");
  args.option("--allow-online", allow_online,
              "also take what the hub alone has signed, not the models' owner");
  args.option("--app", app, "the app's name: some versions are for some apps only");
  args.option("--app-version", app_version, "the app's version");
  args.option("--device-class", device_class, "what the device is, e.g. phone");
  args.option("--accepts-major", accepts_major,
              "major versions that the app knows: 2, 1-3 or any; else that of what is here");
  args.option("--key-file", key_file,
              "models lie encrypted with this key, for programs that have it too");
  args.option("--metadata-url", metadata_url, "a signed repository that is no hub: its metadata");
  args.option("--target-url", target_urls, "its targets, or a mirror of them; may be repeated");
  declare_hub_flags(args, hub);
}

Result<std::unique_ptr<agent::Device>> DeviceFlags::open(
    agent::ModelManager::Options manager) const {
  agent::Device::Options options;
  options.manager = std::move(manager);
  options.manager.folder = store;
  options.manager.device.app = app;
  options.manager.device.app_version = app_version;
  options.manager.device.device_class = device_class;
  if (!key_file.empty()) options.manager.key = agent::key_of_file(key_file);
  if (!accepts_major.empty()) {
    TRY_SET(options.manager.majors,
            wire::Majors::parse(accepts_major).in([] { return std::string("--accepts-major"); }));
  }
  agent::Device::Hub followed;
  followed.root_file = root;
  followed.choice.channel = channel;
  followed.choice.pin = pin;
  followed.choice.allow_online = allow_online;
  followed.choice.target_urls = target_urls;
  options.http.ca_file = hub.ca;
  followed.metadata_url = metadata_url;
  if (metadata_url.empty()) {
    TRY_SET(const HubClient client, HubClient::open(hub));
    const HubFlags& known = client.flags();
    const std::string base = cat(known.hub, client.in_project("/tuf"));
    options.http.ca_file = known.ca;
    followed.token = known.token;
    followed.metadata_url = base + "/metadata";
    followed.choice.target_urls.push_back(base + "/targets");
  } else if (target_urls.empty()) {
    return Error(Code::invalid_argument, "--metadata-url needs --target-url");
  }
  options.hubs.push_back(std::move(followed));
  return agent::Device::create(std::move(options));
}

json::Json to_json(const delivery::ModelFile& file) {
  return json::Json::object({{"name", file.name},
                             {"version", file.version},
                             {"path", file.path},
                             {"size", file.size},
                             {"sha256", file.sha256},
                             {"sealed", file.sealed},
                             {"source", file.source},
                             {"state", delivery::name(file.slot)}});
}

}  // namespace samara::cli
