// What a ModelManager keeps of one model; for model_manager*.cc alone.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "fleet/agent/model_manager.h"

namespace samara::agent {

/// The mutex is held during an update; the manager's never is.
struct ModelManager::Managed {
  std::string name;
  ModelCheck check;
  std::mutex mutex;
  std::unique_ptr<delivery::Delivery> delivery;
  std::optional<UrlSource> source;       // under the manager's mutex
  std::optional<delivery::Terms> terms;  // likewise: they hold from the next update on
  std::string passed_over;               // likewise: what the catalog said
  std::mutex live_mutex;
  std::weak_ptr<LiveModel> live;
  std::string started;  // the hash on trial whose start was counted: once in a process
  std::string judged;   // the hash on trial that passed its check and waits for the app's word
};

}  // namespace samara::agent
