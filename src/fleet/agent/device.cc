#include "fleet/agent/device.h"

#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "fleet/agent/fetch_below.h"
#include "fleet/agent/this_device.h"

namespace samara::agent {
namespace {

class NoCatalog final : public Catalog {
 public:
  Result<delivery::Offer> newest(const std::string& name, const Taker&) override {
    return Error(Code::not_found, cat("no hub is set that could know model '", name, "'"));
  }
};

/// The first root is the one thing that is believed because somebody put it there.
Status trust_root(trust::Store& trusted, const std::string& file) {
  if (file.empty()) {
    if (trusted.load("root").ok()) return ok();
    return Error(Code::invalid_argument,
                 "a hub needs a file with its first root, once: its owner gives it");
  }
  TRY_SET(const std::string root, read_file(file, trust::Limits().root_bytes));
  return trust::Client::bootstrap(trusted, root).in([&] { return file; });
}

}  // namespace

Result<std::unique_ptr<Device>> Device::create(Options options) {
  if (options.manager.folder.empty())
    return Error(Code::invalid_argument, "a device needs a folder for its models");
  std::unique_ptr<Device> out(new Device(std::move(options)));
  TRY(out->connect());
  return out;
}

Status Device::connect() {
  Options& o = options_;
  std::vector<http::Header> headers;
  if (!o.token.empty()) headers.push_back({"Authorization", "Bearer " + o.token});
  fetcher_ = std::make_unique<delivery::HttpFetcher>(
      [settings = o.http] { return http::Client::create(settings); }, headers, o.metadata_url);
  if (o.hub.target_urls.empty()) {
    catalog_ = std::make_unique<NoCatalog>();
  } else {
    if (o.metadata_url.empty())
      return Error(Code::invalid_argument, "a hub needs its metadata's address");
    const std::string trusted = o.manager.folder + "/trusted";
    TRY(make_folders(trusted));
    trusted_ = trust::folder_store(trusted);
    TRY(trust_root(*trusted_, o.root_file));
    TRY_SET(auto client, http::Client::create(o.http));
    floor_ = std::make_unique<TimeFloor>(o.manager.folder + "/time",
                                         o.manager.clock ? *o.manager.clock : system_clock());
    catalog_ = std::make_unique<FlooredCatalog>(
        std::make_unique<TufCatalog>(
            *trusted_, fetch_below(std::move(client), o.metadata_url, headers), o.hub, *floor_),
        *floor_);
  }
  if (!o.state) {
    TRY(make_folders(o.manager.folder));
    o.places.folder = o.manager.folder;
    linux_device_ = std::make_unique<LinuxDevice>(o.places);
    o.state = linux_device_.get();
  }
  o.manager.device = this_device(std::move(o.manager.device));
  manager_ = std::make_unique<ModelManager>(o.manager, *catalog_, *fetcher_, *o.state);
  return ok();
}

}  // namespace samara::agent
