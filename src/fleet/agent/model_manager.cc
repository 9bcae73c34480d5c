#include "fleet/agent/model_manager.h"

#include <random>
#include <utility>

#include "base/text.h"
#include "base/try.h"

namespace samara::agent {
namespace {

using delivery::Delivery;
using delivery::Slot;
using delivery::State;

std::function<double()> system_random() {
  return [] {
    std::random_device source;
    return source() / (static_cast<double>(std::random_device::max()) + 1);
  };
}

}  // namespace

/// What the manager keeps of one model. The mutex is held during an update; the manager's never is.
struct ModelManager::Managed {
  std::string name;
  ModelCheck check;
  std::mutex mutex;
  std::unique_ptr<Delivery> delivery;
  std::mutex live_mutex;
  std::weak_ptr<LiveModel> live;
  bool started = false;  // a model on trial counts its starts once in a process
};

ModelManager::ModelManager(Options options, Catalog& catalog, delivery::Fetcher& fetcher,
                           delivery::DeviceStateSource& device)
    : options_(std::move(options)),
      catalog_(catalog),
      device_(device),
      clock_(options_.clock ? *options_.clock : system_clock()),
      store_(options_.folder, {.most_starts = 1, .clock = &clock_}),
      downloader_(store_, fetcher, clock_, options_.random ? options_.random : system_random(),
                  options_.limits),
      worker_([this] { work(); }) {}

ModelManager::~ModelManager() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    queue_.clear();
    for (auto& [name, model] : models_) model->delivery->cancel();
  }
  changed_.notify_all();
  worker_.join();
}

ModelManager::Managed& ModelManager::managed(const std::string& name) {
  const std::lock_guard lock(mutex_);
  auto& slot = models_[name];
  if (slot) return *slot;
  slot = std::make_unique<Managed>();
  Managed& model = *slot;
  model.name = name;
  if (const auto found = options_.checks.find(name); found != options_.checks.end())
    model.check = found->second;
  model.delivery = std::make_unique<Delivery>(
      name, store_, downloader_, device_, clock_,
      [&model](const std::string& path) -> Status {
        const auto checked = check_model(path, model.check);
        return checked.ok() ? ok() : Status(checked.error());
      },
      options_.terms, bundled(name) != nullptr);
  if (options_.on_decision)
    model.delivery->on_decision = [this, name](const delivery::Decision& decision) {
      options_.on_decision(name, decision);
    };
  if (options_.on_progress)
    model.delivery->on_progress = [this, name](const delivery::Progress& progress) {
      options_.on_progress(name, progress);
    };
  return model;
}

const Bundled* ModelManager::bundled(const std::string& name) const {
  const auto found = options_.bundled.find(name);
  return found == options_.bundled.end() ? nullptr : &found->second;
}

Result<ModelFile> ModelManager::get(const std::string& name, Policy policy) {
  TRY(delivery::check_name(name));
  auto local = store_.file(name, bundled(name));
  if (local.ok() && policy == Policy::local_model) return local;
  if (local.ok() && policy == Policy::local_model_update_in_background) {
    later(name);
    return local;
  }
  Managed& model = managed(name);
  const std::lock_guard lock(model.mutex);
  const auto updated = update(model);
  local = store_.file(name, bundled(name));
  if (local.ok()) return local;
  if (!updated.ok()) return updated.error();
  return Error(Code::unavailable, model.delivery->explain());
}

Status ModelManager::update(const std::string& name) {
  TRY(delivery::check_name(name));
  Managed& model = managed(name);
  const std::lock_guard lock(model.mutex);
  return update(model);
}

Status ModelManager::update(Managed& model) {
  Delivery& delivery = *model.delivery;
  // What was here before the process began anew comes to its end first.
  if (!find_row(delivery.state(), delivery::Event::wanted)) TRY(delivery.run());
  if (delivery.state() == State::trial) TRY(prove(model));
  auto offer = catalog_.newest(model.name);
  if (offer.ok()) TRY(delivery.offer(*offer));
  TRY(delivery.run());
  if (delivery.state() == State::trial) TRY(prove(model));
  return offer.ok() ? ok() : Status(offer.error());
}

/// The model on trial is loaded beside the old one, checked, and put in its place.
Status ModelManager::prove(Managed& model) {
  Delivery& delivery = *model.delivery;
  if (!std::exchange(model.started, true)) TRY(delivery.note_start());
  if (delivery.state() != State::trial) {
    swap(model);
    return ok();
  }
  TRY_SET(const ModelFile file, store_.file(model.name));
  const auto checked = check_model(file.path, model.check);
  model.started = false;
  if (!checked.ok()) {
    TRY(delivery.send_back(checked.error().brief()));
  } else {
    TRY(delivery.confirm());
  }
  swap(model);
  return ok();
}

Result<std::shared_ptr<const LiveModel::Loaded>> ModelManager::load(Managed& model) {
  TRY_SET(auto held, store_.hold(model.name, bundled(model.name)));
  TRY_SET(auto loaded, Model::load(held.model.path, model.check.model));
  auto out = std::make_shared<LiveModel::Loaded>();
  out->model = std::move(loaded);
  out->file = std::move(held.model);
  out->held.emplace(std::move(held.file));
  return std::shared_ptr<const LiveModel::Loaded>(std::move(out));
}

/// Open users get the model that is now in use; if it cannot be loaded they keep what they have.
void ModelManager::swap(Managed& model) {
  const std::lock_guard lock(model.live_mutex);
  const auto live = model.live.lock();
  if (!live) return;
  if (auto loaded = load(model); loaded.ok()) live->put(std::move(*loaded));
}

Result<std::shared_ptr<LiveModel>> ModelManager::open(const std::string& name, Policy policy) {
  TRY(get(name, policy == Policy::local_model_update_in_background ? Policy::local_model : policy));
  Managed& model = managed(name);
  {
    // A model that was on trial when the process ended has to prove itself first, or goes.
    const std::lock_guard lock(model.mutex);
    if (model.delivery->state() == State::trial) TRY(prove(model));
  }
  std::shared_ptr<LiveModel> live;
  {
    const std::lock_guard lock(model.live_mutex);
    live = model.live.lock();
    if (!live) {
      live = std::make_shared<LiveModel>();
      TRY_SET(live->loaded_, load(model));
      model.live = live;
    }
  }
  if (policy == Policy::local_model_update_in_background) later(name);
  return live;
}

void ModelManager::later(const std::string& name) {
  const std::lock_guard lock(mutex_);
  for (const std::string& queued : queue_)
    if (queued == name) return;
  queue_.push_back(name);
  changed_.notify_all();
}

void ModelManager::prefetch(const std::vector<std::string>& names) {
  for (const std::string& name : names) later(name);
}

void ModelManager::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return ending_ || !queue_.empty(); });
    if (ending_) return;
    const std::string name = queue_.front();
    queue_.pop_front();
    busy_ = true;
    lock.unlock();
    (void)update(name);  // what came of it is in the decisions
    lock.lock();
    busy_ = false;
    changed_.notify_all();
  }
}

void ModelManager::wait_for_updates() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return queue_.empty() && !busy_; });
}

void ModelManager::cancel(const std::string& name) { managed(name).delivery->cancel(); }

Result<std::vector<ModelFile>> ModelManager::list() const {
  TRY_SET(const auto names, store_.names());
  std::vector<ModelFile> out;
  for (const std::string& name : names)
    if (auto file = store_.file(name); file.ok()) out.push_back(std::move(*file));
  return out;
}

Result<ModelFile> ModelManager::latest_file(const std::string& name) const {
  return store_.file(name, bundled(name));
}

bool ModelManager::is_downloaded(const std::string& name) const { return store_.file(name).ok(); }

Result<delivery::Entry> ModelManager::details(const std::string& name) {
  TRY_SET(const auto offer, catalog_.newest(name));
  return offer.entry;
}

Result<bool> ModelManager::is_update_available(const std::string& name) {
  TRY_SET(const auto newest, details(name));
  TRY_SET(const auto slots, store_.slots(name));
  return !slots.current || slots.current->sha256 != newest.sha256;
}

Status ModelManager::remove(const std::string& name) {
  TRY(delivery::check_name(name));
  Managed& model = managed(name);
  const std::lock_guard lock(model.mutex);
  TRY(model.delivery->remove());
  const auto cleaned = store_.gc();
  return cleaned.ok() ? ok() : Status(cleaned.error());
}

Status ModelManager::pin(const std::string& name, const std::string& sha256) {
  Managed& model = managed(name);
  const std::lock_guard lock(model.mutex);
  TRY(store_.pin(name, sha256));
  swap(model);
  return ok();
}

Status ModelManager::roll_back(const std::string& name, const std::string& reason) {
  Managed& model = managed(name);
  const std::lock_guard lock(model.mutex);
  TRY(model.delivery->send_back(reason));
  swap(model);
  return ok();
}

std::string ModelManager::explain(const std::string& name) {
  Managed& model = managed(name);
  const std::lock_guard lock(model.mutex);
  return model.delivery->explain();
}

}  // namespace samara::agent
