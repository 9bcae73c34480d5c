// TufCatalog: what is newest according to a signed repository (The Update Framework).
//
// In a hub's repository (fleet/trust/layout.h) a channel or pin names a version, and what is offered is
// that version as its owner signed for it. In any other the target "<channel>/<model>.tflite" is the
// version itself. Its `custom` member may name the version, say which devices it is for
// (fleet/wire/target.h) and hold golden inputs (golden.h). A device that is not meant, or an app that
// does not know the major version, gets the first of the versions that the channel names besides.
// Nothing that is not signed for, too old or expired is ever offered.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "fleet/agent/model_manager.h"
#include "fleet/trust/client.h"

namespace samara::agent {

class TufCatalog final : public Catalog {
 public:
  struct Options {
    std::string channel = "stable";
    std::string pin = {};       // followed instead where the repository has it
    bool allow_online = false;  // take versions that only the hub has signed, not their owner
    std::vector<std::string> target_urls = {};  // folders of the target files, best first
  };

  /// `store` holds the trusted root already (trust::Client::bootstrap) and outlives the catalog.
  TufCatalog(trust::Store& store, trust::Fetch fetch, Options options,
             Clock& clock = system_clock())
      : client_(store, std::move(fetch)), options_(std::move(options)), clock_(clock) {}

  /// Errors   those of trust::Client; unsupported: signed for with another digest than SHA-256
  /// Threads  any
  Result<delivery::Offer> newest(const std::string& name, const Taker& taker) override;

 private:
  Result<trust::TargetFile> chosen(const std::string& name);
  Result<trust::TargetFile> version_of(const std::string& name, const std::string& version);
  Result<trust::TargetFile> chosen_version(const std::string& name,
                                           const trust::TargetFile& choice);
  Result<trust::TargetFile> suited(const std::string& name, const Taker& taker,
                                   std::string* passed_over);
  Result<delivery::Offer> offer(const trust::TargetFile& target) const;

  std::mutex mutex_;
  trust::Client client_;
  Options options_;
  Clock& clock_;
};

}  // namespace samara::agent
