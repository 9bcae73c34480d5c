// ModelManager: models by name, for an app. It never leaves the app without a working one.
//
// A model is given out from the store or the bundle at once; what is newer is fetched behind it, must
// be signed for (the Catalog's work), whole (the download's) and fit for this device (the engine's)
// before it is staged, and is put in the place of the old one between two inferences.
#pragma once

#include <chrono>
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
#include "fleet/agent/live_model.h"
#include "fleet/agent/url_source.h"
#include "fleet/delivery/delivery.h"
#include "fleet/wire/target.h"

namespace samara::agent {

using delivery::Bundled;
using delivery::ModelFile;

/// Firebase's DownloadType. With no local copy, each waits for the latest.
enum class Policy : uint8_t {
  local_model,                       // what is here, and no question asked
  local_model_update_in_background,  // what is here; the newest comes for the next time
  latest_model                       // the newest; what is here if it cannot be had
};

/// For whom a version must be.
struct Taker {
  wire::Profile device = {};
  std::optional<wire::Majors> majors = {};  // that the app knows; nothing: any
};

/// Finds what is newest for this device: signed, fresh, in the channel that it follows.
class Catalog {
 public:
  virtual ~Catalog() = default;
  /// Errors   not_found  no version of that name is meant for this device; and the network's
  virtual Result<delivery::Offer> newest(const std::string& name, const Taker& taker) = 0;
};

class ModelManager {
 public:
  struct Options {
    std::string folder;
    delivery::Terms terms = {};
    std::map<std::string, delivery::Terms> terms_of = {};  // by model; others: `terms`
    std::map<std::string, Bundled> bundled = {};
    wire::Profile device = {};  // by which versions that are for some devices only are chosen
    /// Where there is one, models lie sealed on the disk and are opened in memory alone. Asked at every
    /// opening. What is sealed with another key is fetched anew.
    delivery::KeySource key = {};
    /// The major versions that the app knows, of one model, else of all. Without, that of the bundled
    /// version, else of the first that was delivered. Others are not taken, nor given out.
    std::map<std::string, wire::Majors> majors_of = {};
    std::optional<wire::Majors> majors = {};
    std::map<std::string, ModelCheck> checks = {};  // by model; others: verified and planned
    Numerics numerics = Numerics::xnnpack;          // of those others
    /// A new version stays on trial until the app calls confirm(): a start that ended before is taken
    /// for a crash. Else it has proven itself once the engine's check has passed.
    bool app_confirms = false;
    /// After which an update that could not come to its end is tried again; 0: not by itself.
    int64_t retry_ms = 60'000;
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

  /// What is here, or what is newest, as the policy says. No policy waits where a bundled model is.
  ///
  /// Errors   not_found    no such model, here or in the catalog
  ///          unavailable  none is here and the newest cannot be had now; the text says why
  /// Threads  any, as all that follow
  Result<ModelFile> get(const std::string& name,
                        Policy policy = Policy::local_model_update_in_background);
  /// The same under conditions that hold for this model's downloads from now on.
  Result<ModelFile> get(const std::string& name, Policy policy,
                        const delivery::Conditions& conditions);
  /// The same with a model to fall back to, so that it never waits for a first download; for a model
  /// that the manager is to return to by itself, name it in the options.
  Result<ModelFile> get_with_fallback(const std::string& name, const Bundled& fallback,
                                      Policy policy = Policy::local_model_update_in_background);
  /// The same from any server, without a hub. Afterwards the model is known by its name, as others.
  ///
  /// Errors   those of offer_of(), and get()'s
  Result<ModelFile> get_from_url(const UrlSource& source,
                                 Policy policy = Policy::local_model_update_in_background);
  /// Loads what is here at once, starts the update behind it, and swaps when it has come.
  Result<std::shared_ptr<LiveModel>> open(const std::string& name,
                                          Policy policy = Policy::local_model_update_in_background);

  /// Asks the catalog and does all that can be done now.
  Status update(const std::string& name);
  void prefetch(const std::vector<std::string>& names);
  /// Whether a model can be loaded now: delivered, previous or bundled.
  bool is_ready(const std::string& name) const;
  /// Calls back once when is_ready(), from the thread of the updates, which it starts; with the error
  /// cancelled where the manager ends before.
  void when_ready(const std::string& name, std::function<void(Result<ModelFile>)> then);
  /// Returns when the updates started behind get(), open() and prefetch() are over.
  void wait_for_updates();
  /// Tries again now what would be tried again later, e.g. as the device's state has changed.
  void retry_now();
  void cancel(const std::string& name);

  Result<std::vector<ModelFile>> list() const;
  /// What is here, without asking anybody.
  Result<ModelFile> latest_file(const std::string& name) const;
  bool is_downloaded(const std::string& name) const;
  /// By hash: whether the newest is another than the one in use.
  Result<bool> is_update_available(const std::string& name);
  /// What the catalog says of the newest; nothing is downloaded.
  Result<delivery::Entry> details(const std::string& name);
  /// A model that is not here is no error.
  Status remove(const std::string& name);
  Status pin(const std::string& name, const std::string& sha256);
  /// By version: one that is here, or the newest. "": any may come in use again.
  /// Errors   not_found  neither
  Status pin_version(const std::string& name, const std::string& version);
  /// The model in use works: see Options::app_confirms.
  Status confirm(const std::string& name);
  /// The model in use is bad: back to the last good one, which open models then are, too.
  /// Errors   failed_precondition  there is none to return to, and the model stays
  Status roll_back(const std::string& name, const std::string& reason);
  /// What is in use and why no other; answers also while a download is under way.
  std::string explain(const std::string& name);
  /// The last decisions, oldest first.
  std::vector<delivery::Decision> history(const std::string& name);
  /// The model that is in use, or the one before it, or the bundled one, loaded by itself.
  /// Errors   not_found  that slot is empty
  Result<std::shared_ptr<const LiveModel::Loaded>> load(const std::string& name,
                                                        delivery::Slot slot);
  /// What latest_file() names, open: it is not cleaned up while that lives, in any process.
  Result<delivery::HeldModel> hold(const std::string& name) const;
  /// Where the file of that slot lies. Errors: not_found.
  Result<std::string> path_of(const std::string& name, delivery::Slot slot) const;
  delivery::Store& store() { return store_; }

 private:
  struct Managed;
  Managed& managed(const std::string& name);
  const Bundled* bundled(const std::string& name) const;
  const delivery::Terms& terms(const std::string& name) const;
  std::optional<wire::Majors> declared_majors(const std::string& name) const;
  bool takes(const std::string& name, const std::string& version) const;
  Result<Taker> taker(const std::string& name) const;
  Result<delivery::Offer> newest(const std::string& name);
  Status update(Managed& model);
  Status check_key() const;
  Status prove(Managed& model);
  Status judge(const Managed& model,
               const std::optional<delivery::Entry> delivery::Slots::* slot) const;
  Result<std::shared_ptr<LiveModel::Loaded>> read(const ModelFile& file,
                                                  const ModelOptions& options) const;
  Result<std::shared_ptr<const LiveModel::Loaded>> load(Managed& model, delivery::HeldModel held);
  Result<std::shared_ptr<LiveModel>> open_now(const std::string& name, Policy policy);
  void swap(Managed& model);
  void later(const std::string& name);
  void work();
  void work_on(const std::string& name);
  bool wants_retry(const std::string& name, const Status& updated);
  void tell_ready(const std::string& name);
  std::chrono::steady_clock::time_point queue_retries();
  void free_retired(std::unique_lock<std::mutex>& lock);

  Options options_;
  Catalog& catalog_;
  delivery::Fetcher& fetcher_;
  delivery::DeviceStateSource& device_;
  Clock& clock_;
  delivery::Store store_;
  delivery::Downloader downloader_;

  mutable std::mutex mutex_;  // of what follows
  std::map<std::string, std::unique_ptr<Managed>> models_;
  std::deque<std::string> queue_;
  std::map<std::string, std::chrono::steady_clock::time_point> retries_;
  std::multimap<std::string, std::function<void(Result<ModelFile>)>> waiting_;
  bool retired_ = false;  // an open model was replaced, and the old one may still be in use
  bool busy_ = false;
  bool ending_ = false;
  std::condition_variable changed_;
  std::thread worker_;
};

}  // namespace samara::agent
