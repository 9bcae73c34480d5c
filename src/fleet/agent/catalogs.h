// Catalogs: several hubs as one. The first that knows the model answers; one that cannot be reached,
// or is not believed, is passed over.
#pragma once

#include <vector>

#include "fleet/agent/model_manager.h"

namespace samara::agent {

class Catalogs final : public Catalog {
 public:
  /// Best first; they outlive this.
  explicit Catalogs(std::vector<Catalog*> catalogs) : catalogs_(std::move(catalogs)) {}

  /// Errors   the first one's, but not_found only where all say so
  /// Threads  as the catalogs
  Result<delivery::Offer> newest(const std::string& name, const Taker& taker) override;

 private:
  std::vector<Catalog*> catalogs_;
};

}  // namespace samara::agent
