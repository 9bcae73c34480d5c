#include "fleet/agent/model_manager.h"

#include <algorithm>
#include <random>
#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "fleet/agent/managed.h"

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

ModelManager::ModelManager(Options options, Catalog& catalog, delivery::Fetcher& fetcher,
                           delivery::DeviceStateSource& device)
    : options_(std::move(options)),
      catalog_(catalog),
      fetcher_(fetcher),
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
  for (auto& [name, then] : waiting_)
    then(Error(Code::cancelled, cat("model '", name, "' had not come when the manager ended")));
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
      [this, &model](const std::string& path) {
        return judge(model, path, &delivery::Slots::wanted);
      },
      terms(name), bundled(name) != nullptr);
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

const delivery::Terms& ModelManager::terms(const std::string& name) const {
  const auto found = options_.terms_of.find(name);
  return found == options_.terms_of.end() ? options_.terms : found->second;
}

Result<ModelFile> ModelManager::get(const std::string& name, Policy policy,
                                    const delivery::Conditions& conditions) {
  TRY(delivery::check_name(name));
  Managed& model = managed(name);
  {
    const std::lock_guard lock(mutex_);
    delivery::Terms changed = model.terms.value_or(terms(name));
    changed.first = conditions;
    changed.updates = conditions;
    model.terms = changed;
  }
  return get(name, policy);
}

Result<ModelFile> ModelManager::get_with_fallback(const std::string& name, const Bundled& fallback,
                                                  Policy policy) {
  TRY(delivery::check_name(name));
  if (is_ready(name)) return get(name, policy);
  if (policy == Policy::latest_model) {
    if (auto latest = get(name, policy); latest.ok()) return latest;
  } else {
    later(name);
  }
  return store_.file(name, &fallback);
}

Result<ModelFile> ModelManager::get_from_url(const UrlSource& source, Policy policy) {
  const std::string name = name_of(source);
  TRY(delivery::check_name(name));
  Managed& model = managed(name);
  {
    const std::lock_guard lock(mutex_);
    model.source = source;
  }
  if (source.sha256.empty()) return get(name, policy);
  // Content that is named by its hash is never out of date.
  if (auto local = store_.file(name); local.ok() && local->sha256 == source.sha256) return local;
  TRY(update(name));
  TRY_SET(auto file, store_.file(name));
  if (file.sha256 != source.sha256) return Error(Code::unavailable, explain(name));
  return file;
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

Result<delivery::Offer> ModelManager::newest(const std::string& name) {
  TRY(delivery::check_name(name));
  Managed& model = managed(name);
  std::optional<UrlSource> source;
  {
    const std::lock_guard lock(mutex_);
    source = model.source;
  }
  return source ? offer_of(*source, fetcher_) : catalog_.newest(name);
}

Status ModelManager::update(Managed& model) {
  Delivery& delivery = *model.delivery;
  {
    const std::lock_guard lock(mutex_);
    if (model.terms) delivery.set_terms(*model.terms);
  }
  // What was here before the process began anew comes to its end first.
  if (!find_row(delivery.state(), delivery::Event::wanted)) TRY(delivery.run());
  if (delivery.state() == State::trial) TRY(prove(model));
  auto offer = newest(model.name);
  if (offer.ok()) TRY(delivery.offer(*offer));
  TRY(delivery.run());
  if (delivery.state() == State::trial) TRY(prove(model));
  return offer.ok() ? ok() : Status(offer.error());
}

/// The model on trial is loaded beside the old one, checked, and put in its place.
Status ModelManager::prove(Managed& model) {
  Delivery& delivery = *model.delivery;
  TRY_SET(const auto slots, store_.slots(model.name));
  const std::string version = slots.current ? slots.current->sha256 : "";
  if (std::exchange(model.started, version) != version) TRY(delivery.note_start());
  if (delivery.state() != State::trial) {
    swap(model);
    return ok();
  }
  if (model.judged == version) return ok();
  TRY_SET(const ModelFile file, store_.file(model.name));
  if (const auto fit = judge(model, file.path, &delivery::Slots::current); !fit.ok()) {
    TRY(delivery.send_back(fit.error().brief()));
    model.started.clear();
  } else if (options_.app_confirms) {
    model.judged = version;
  } else {
    TRY(delivery.confirm());
    model.started.clear();
  }
  swap(model);
  return ok();
}

/// Whether this device can run the version in that slot, whose bytes lie at `path`.
Status ModelManager::judge(const Managed& model, const std::string& path,
                           const std::optional<delivery::Entry> delivery::Slots::* slot) const {
  TRY_SET(const auto slots, store_.slots(model.name));
  ModelCheck check = model.check;
  if (slots.*slot) check.golden_text = (slots.*slot)->golden;
  TRY(check_model(path, check));
  return ok();
}

Status ModelManager::confirm(const std::string& name) {
  TRY(delivery::check_name(name));
  Managed& model = managed(name);
  const std::lock_guard lock(model.mutex);
  model.started.clear();
  model.judged.clear();
  return model.delivery->confirm();
}

Result<std::shared_ptr<const LiveModel::Loaded>> ModelManager::load(Managed& model,
                                                                    delivery::HeldModel held) {
  TRY_SET(auto loaded, Model::load(held.model.path, model.check.model));
  auto out = std::make_shared<LiveModel::Loaded>();
  out->model = std::move(loaded);
  out->file = std::move(held.model);
  out->held.emplace(std::move(held.file));
  out->options = model.check.session;
  return std::shared_ptr<const LiveModel::Loaded>(std::move(out));
}

/// Open users get the model that is now in use; if it cannot be loaded they keep what they have.
void ModelManager::swap(Managed& model) {
  std::shared_ptr<LiveModel> live;
  {
    const std::lock_guard lock(model.live_mutex);
    live = model.live.lock();
  }
  if (!live) return;
  auto held = store_.hold(model.name, bundled(model.name));
  if (!held.ok() || held->model.path == live->now()->file.path) return;
  auto loaded = load(model, std::move(*held));
  if (!loaded.ok()) return;
  live->put(std::move(*loaded));
  const std::lock_guard manager(mutex_);
  retired_ = true;
  changed_.notify_all();
}

Result<std::shared_ptr<const LiveModel::Loaded>> ModelManager::load(const std::string& name,
                                                                    Slot slot) {
  TRY_SET(auto held, store_.hold(name, slot, bundled(name)));
  return load(managed(name), std::move(held));
}

Result<std::string> ModelManager::path_of(const std::string& name, Slot slot) const {
  TRY_SET(const auto held, store_.hold(name, slot, bundled(name)));
  return held.model.path;
}

Result<std::shared_ptr<LiveModel>> ModelManager::open(const std::string& name, Policy policy) {
  TRY(get(name, policy == Policy::local_model_update_in_background ? Policy::local_model : policy));
  Managed& model = managed(name);
  {
    // A model that was on trial when the process ended has to prove itself first, or goes.
    // Where an update is under way, that has seen to it.
    const std::unique_lock lock(model.mutex, std::try_to_lock);
    if (lock && model.delivery->state() == State::trial) TRY(prove(model));
  }
  std::shared_ptr<LiveModel> live;
  {
    const std::lock_guard lock(model.live_mutex);
    live = model.live.lock();
    if (!live) {
      TRY_SET(auto held, store_.hold(name, bundled(name)));
      TRY_SET(auto loaded, load(model, std::move(held)));
      live = std::make_shared<LiveModel>();
      live->put(std::move(loaded));
      model.live = live;
    }
  }
  if (policy == Policy::local_model_update_in_background) later(name);
  return live;
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

bool ModelManager::is_ready(const std::string& name) const {
  return store_.file(name, bundled(name)).ok();
}

bool ModelManager::is_downloaded(const std::string& name) const { return store_.file(name).ok(); }

Result<delivery::Entry> ModelManager::details(const std::string& name) {
  TRY_SET(const auto offer, newest(name));
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

Status ModelManager::pin_version(const std::string& name, const std::string& version) {
  if (version.empty()) return pin(name, "");
  TRY_SET(const auto slots, store_.slots(name));
  for (const auto* slot : {&slots.current, &slots.staged, &slots.previous})
    if (*slot && (*slot)->version == version) return pin(name, (*slot)->sha256);
  TRY_SET(const auto entry, details(name));
  if (entry.version == version) return pin(name, entry.sha256);
  return Error(Code::not_found, cat("version ", version, " of model '", name,
                                    "' is not here, and the newest is ", entry.version));
}

Status ModelManager::roll_back(const std::string& name, const std::string& reason) {
  Managed& model = managed(name);
  const std::lock_guard lock(model.mutex);
  TRY(model.delivery->send_back(reason));
  swap(model);
  return ok();
}

std::string ModelManager::explain(const std::string& name) {
  return managed(name).delivery->explain();
}

std::vector<delivery::Decision> ModelManager::history(const std::string& name) {
  return managed(name).delivery->history();
}

}  // namespace samara::agent
