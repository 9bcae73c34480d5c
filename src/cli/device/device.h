// Device: what `samara get` and `samara agent` share: which hub is followed, by which first root, and
// where the models lie.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/args/args.h"
#include "cli/hub/client.h"
#include "fleet/agent/device.h"

namespace samara::cli {

struct DeviceFlags {
  HubFlags hub;
  std::string store, root, metadata_url, pin, channel = "stable";
  std::string app, app_version, device_class, accepts_major, key_file;
  std::vector<std::string> target_urls;
  bool allow_online = false;

  void declare(Args& args);
  /// Errors   failed_precondition  no hub is named
  ///          invalid_argument     no root is trusted yet
  Result<std::unique_ptr<agent::Device>> open(agent::ModelManager::Options manager = {}) const;
};

json::Json to_json(const delivery::ModelFile& file);

}  // namespace samara::cli
