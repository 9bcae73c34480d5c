// TimeFloor: a clock that is never earlier than when a repository was last found fresh.
//
// Whoever sets a device's clock back could otherwise have it believe metadata that expired long ago.
// The floor rises only when metadata was found fresh, so it never passes the expiry of what was
// signed: a clock that jumps ahead by years makes all metadata look expired for that long, and
// changes nothing for good.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "fleet/agent/model_manager.h"

namespace samara::agent {

class TimeFloor final : public Clock {
 public:
  /// The floor is kept in the file `path`; one that cannot be read counts as none.
  TimeFloor(std::string path, Clock& clock);

  int64_t wall_ms() override;
  int64_t steady_ms() override { return clock_.steady_ms(); }
  void sleep_ms(int64_t duration) override { clock_.sleep_ms(duration); }

  /// What was signed is fresh by wall_ms(). Written at most once an hour; a disk that fails costs no
  /// more than that rise.
  /// Threads  any
  void found_fresh();

 private:
  std::string path_;
  Clock& clock_;
  std::mutex mutex_;
  int64_t floor_ms_ = 0;
  int64_t written_ms_ = 0;
};

/// A catalog whose answers raise the floor that it judges by.
class FlooredCatalog final : public Catalog {
 public:
  FlooredCatalog(std::unique_ptr<Catalog> catalog, TimeFloor& floor)
      : catalog_(std::move(catalog)), floor_(floor) {}
  Result<delivery::Offer> newest(const std::string& name, const Taker& taker) override {
    auto offer = catalog_->newest(name, taker);
    if (offer.ok()) floor_.found_fresh();
    return offer;
  }

 private:
  std::unique_ptr<Catalog> catalog_;
  TimeFloor& floor_;
};

}  // namespace samara::agent
