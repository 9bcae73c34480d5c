// Device: a ModelManager with all that it needs on a Linux device: a signed repository behind an
// address, downloads over HTTP, the device's state by its files and services.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fleet/agent/linux_device.h"
#include "fleet/agent/model_manager.h"
#include "fleet/agent/time_floor.h"
#include "fleet/agent/tuf_catalog.h"
#include "fleet/delivery/http_fetcher.h"
#include "fleet/io/http/http.h"

namespace samara::agent {

class Device {
 public:
  /// A signed repository, and as whom it is asked.
  struct Hub {
    std::string root_file = {};  // the first root, from a source that is trusted; needed once
    std::string metadata_url = {};
    std::string token = {};  // of a hub's device: goes to the metadata's server and no other
    TufCatalog::Options choice = {};  // without target_urls the hub is not asked
  };
  struct Options {
    ModelManager::Options manager = {};
    /// The first that knows a model answers. With none, models come by get_from_url() alone.
    std::vector<Hub> hubs = {};
    http::Settings http = {};
    device::Places places = {};  // its folder is the manager's
    /// In place of `places`; outlives the device.
    delivery::DeviceStateSource* state = nullptr;
  };

  /// Errors   invalid_argument  no folder; a hub without metadata address or root
  ///          unsupported       no HTTP library
  ///          those of trust::Client::bootstrap
  static Result<std::unique_ptr<Device>> create(Options options);

  ModelManager& manager() { return *manager_; }
  const http::Settings& http() const { return options_.http; }

 private:
  explicit Device(Options options) : options_(std::move(options)) {}
  /// What is known of a hub that is followed.
  struct Followed {
    std::unique_ptr<trust::Store> trusted;
    std::unique_ptr<TimeFloor> floor;
    std::unique_ptr<Catalog> catalog;
  };
  Status connect();
  Status follow(const Hub& hub);

  Options options_;
  std::vector<Followed> followed_;
  std::unique_ptr<Catalog> catalog_;
  std::unique_ptr<delivery::HttpFetcher> fetcher_;
  std::unique_ptr<LinuxDevice> linux_device_;
  std::unique_ptr<ModelManager> manager_;  // last: its thread ends first
};

}  // namespace samara::agent
