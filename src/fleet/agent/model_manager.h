// ModelManager: models by name, for an app. It never leaves the app without a working one.
//
// A model is given out from the store or the bundle at once; what is newer is fetched behind it, must
// be signed for (the Catalog's work), whole (the download's) and fit for this device (the engine's)
// before it is staged, and is put in the place of the old one between two inferences.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "fleet/agent/check_model.h"
#include "fleet/delivery/delivery.h"

namespace samara::agent {

using delivery::Bundled;
using delivery::ModelFile;

/// Firebase's DownloadType. With no local copy, each waits for the latest.
enum class Policy : uint8_t {
  local_model,                       // what is here, and no question asked
  local_model_update_in_background,  // what is here; the newest comes for the next time
  latest_model                       // the newest; what is here if it cannot be had
};

/// Finds what is newest for this device: signed, fresh, in the channel that it follows.
class Catalog {
 public:
  virtual ~Catalog() = default;
  /// Errors   not_found  no version of that name is meant for this device; and the network's
  virtual Result<delivery::Offer> newest(const std::string& name) = 0;
};

/// A model that is open. It is replaced between two inferences; sessions made of the old one finish.
class LiveModel {
 public:
  struct Loaded {
    std::shared_ptr<const Model> model;
    ModelFile file;
    std::optional<File> held;  // keeps the file from being cleaned up
  };
  /// The model to make the next inference with.
  /// Threads  any
  std::shared_ptr<const Loaded> now() const {
    const std::lock_guard lock(mutex_);
    return loaded_;
  }

 private:
  friend class ModelManager;
  void put(std::shared_ptr<const Loaded> loaded) {
    const std::lock_guard lock(mutex_);
    loaded_.swap(loaded);
  }
  mutable std::mutex mutex_;
  std::shared_ptr<const Loaded> loaded_;
};

class ModelManager {
 public:
  struct Options {
    std::string folder;
    delivery::Terms terms = {};
    std::map<std::string, Bundled> bundled = {};
    std::map<std::string, ModelCheck> checks = {};  // by model; others: verified and planned
    delivery::DownloadLimits limits = {};
    Clock* clock = nullptr;               // null: the system's
    std::function<double()> random = {};  // empty: the system's
    std::function<void(const std::string& name, const delivery::Decision&)> on_decision = {};
    std::function<void(const std::string& name, const delivery::Progress&)> on_progress = {};
  };

  ModelManager(Options options, Catalog& catalog, delivery::Fetcher& fetcher,
               delivery::DeviceStateSource& device);
  ~ModelManager();
  ModelManager(const ModelManager&) = delete;
  ModelManager& operator=(const ModelManager&) = delete;

  /// Errors   not_found    no such model, here or in the catalog
  ///          unavailable  none is here and the newest cannot be had now; the text says why
  /// Threads  any, as all that follow
  Result<ModelFile> get(const std::string& name,
                        Policy policy = Policy::local_model_update_in_background);
  /// Loads what is here at once, starts the update behind it, and swaps when it has come.
  Result<std::shared_ptr<LiveModel>> open(const std::string& name,
                                          Policy policy = Policy::local_model_update_in_background);

  /// Asks the catalog and does all that can be done now.
  Status update(const std::string& name);
  void prefetch(const std::vector<std::string>& names);
  /// Returns when the updates started behind get(), open() and prefetch() are over.
  void wait_for_updates();
  void cancel(const std::string& name);

  Result<std::vector<ModelFile>> list() const;
  /// What is here, without asking anybody.
  Result<ModelFile> latest_file(const std::string& name) const;
  bool is_downloaded(const std::string& name) const;
  /// By hash: whether the newest is another than the one in use.
  Result<bool> is_update_available(const std::string& name);
  /// What the catalog says of the newest; nothing is downloaded.
  Result<delivery::Entry> details(const std::string& name);
  Status remove(const std::string& name);
  Status pin(const std::string& name, const std::string& sha256);
  /// The model in use is bad: back to the last good one, which open models then are, too.
  Status roll_back(const std::string& name, const std::string& reason);
  std::string explain(const std::string& name);
  delivery::Store& store() { return store_; }

 private:
  struct Managed;
  Managed& managed(const std::string& name);
  const Bundled* bundled(const std::string& name) const;
  Status update(Managed& model);
  Status prove(Managed& model);
  Result<std::shared_ptr<const LiveModel::Loaded>> load(Managed& model);
  void swap(Managed& model);
  void later(const std::string& name);
  void work();

  Options options_;
  Catalog& catalog_;
  delivery::DeviceStateSource& device_;
  Clock& clock_;
  delivery::Store store_;
  delivery::Downloader downloader_;

  mutable std::mutex mutex_;  // of what follows
  std::map<std::string, std::unique_ptr<Managed>> models_;
  std::deque<std::string> queue_;
  bool busy_ = false;
  bool ending_ = false;
  std::condition_variable changed_;
  std::thread worker_;
};

}  // namespace samara::agent
