#include "fleet/agent/device.h"

#include <span>
#include <utility>

#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"
#include "base/url.h"
#include "fleet/agent/catalogs.h"
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

std::string short_name(const std::string& address) {
  return sha256_hex(std::as_bytes(std::span(address))).substr(0, 16);
}

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

Status Device::follow(const Hub& hub) {
  if (hub.metadata_url.empty())
    return Error(Code::invalid_argument, "a hub needs its metadata's address");
  // Each hub's files are named by its address, so that the order may change.
  const std::string whose = "-" + short_name(hub.metadata_url);
  const std::string& folder = options_.manager.folder;
  Followed made;
  TRY(make_folders(folder + "/trusted" + whose));
  made.trusted = trust::folder_store(folder + "/trusted" + whose);
  TRY(trust_root(*made.trusted, hub.root_file));
  TRY_SET(auto client, http::Client::create(options_.http));
  Clock* clock = options_.manager.clock;
  made.floor =
      std::make_unique<TimeFloor>(folder + "/time" + whose, clock ? *clock : system_clock());
  std::vector<http::Header> headers;
  if (!hub.token.empty()) headers.push_back({"Authorization", "Bearer " + hub.token});
  fetcher_->give(headers, hub.metadata_url);
  made.catalog = std::make_unique<FlooredCatalog>(
      std::make_unique<TufCatalog>(*made.trusted,
                                   fetch_below(std::move(client), hub.metadata_url, headers),
                                   hub.choice, *made.floor),
      *made.floor);
  followed_.push_back(std::move(made));
  return ok();
}

Status Device::connect() {
  Options& o = options_;
  fetcher_ = std::make_unique<delivery::HttpFetcher>(
      [settings = o.http] { return http::Client::create(settings); });
  std::vector<Catalog*> all;
  for (const Hub& hub : o.hubs) {
    if (hub.choice.target_urls.empty()) continue;
    TRY(follow(hub).in([&] { return "hub " + shown_url(hub.metadata_url); }));
    all.push_back(followed_.back().catalog.get());
  }
  if (all.empty()) {
    catalog_ = std::make_unique<NoCatalog>();
  } else {
    catalog_ = std::make_unique<Catalogs>(all);
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
