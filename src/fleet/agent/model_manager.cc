#include "fleet/agent/model_manager.h"

#include <algorithm>
#include <random>
#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "fleet/agent/managed.h"
#include "fleet/wire/version.h"

namespace samara::agent {
namespace {

using delivery::Delivery;
using delivery::Slot;

std::function<double()> system_random() {
  return [] {
    std::random_device source;
    return source() / (static_cast<double>(std::random_device::max()) + 1);
  };
}

std::optional<wire::Majors> majors_of(const std::string& version) {
  const auto number = wire::Version::parse(version);
  if (!number.ok()) return std::nullopt;
  return wire::Majors{number->major, number->major};
}

}  // namespace

ModelManager::ModelManager(Options options, Catalog& catalog, delivery::Fetcher& fetcher,
                           delivery::DeviceStateSource& device)
    : options_(std::move(options)),
      catalog_(catalog),
      fetcher_(fetcher),
      device_(device),
      clock_(options_.clock ? *options_.clock : system_clock()),
      store_(
          options_.folder,
          {.most_starts = 1,
           .clock = &clock_,
           .takes = [this](const auto& name, const auto& version) { return takes(name, version); },
           .key = options_.key}),
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
  model.check.model.numerics = options_.numerics;
  if (const auto found = options_.checks.find(name); found != options_.checks.end())
    model.check = found->second;
  model.delivery = std::make_unique<Delivery>(
      name, store_, downloader_, device_, clock_,
      [this, &model](const std::string&) { return judge(model, &delivery::Slots::wanted); },
      terms(name), bundled(name) ? std::optional(*bundled(name)) : std::nullopt);
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

std::optional<wire::Majors> ModelManager::declared_majors(const std::string& name) const {
  if (const auto found = options_.majors_of.find(name); found != options_.majors_of.end())
    return found->second;
  if (options_.majors) return options_.majors;
  const Bundled* model = bundled(name);
  return model ? majors_of(model->version) : std::nullopt;
}

bool ModelManager::takes(const std::string& name, const std::string& version) const {
  const auto declared = declared_majors(name);
  const auto number = wire::Version::parse(version);
  return !declared || !number.ok() || declared->has(number->major);
}

Result<Taker> ModelManager::taker(const std::string& name) const {
  Taker out = {options_.device, declared_majors(name)};
  if (out.majors) return out;
  TRY_SET(const auto slots, store_.slots(name));
  for (const auto* slot : {&slots.current, &slots.staged, &slots.previous})
    if (!out.majors && *slot) out.majors = majors_of((*slot)->version);
  return out;
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
  return Error(Code::unavailable, explain(name));
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
  if (source) return offer_of(*source, fetcher_);
  TRY_SET(const Taker taker, this->taker(name));
  auto offer = catalog_.newest(name, taker);
  const bool none = !offer.ok() && offer.error().code() == Code::not_found;
  if (offer.ok() || none) {
    const std::lock_guard lock(mutex_);
    model.passed_over = none ? offer.error().brief() : offer->passed_over;
  }
  return offer;
}

Status ModelManager::update(Managed& model) {
  Delivery& delivery = *model.delivery;
  {
    const std::lock_guard lock(mutex_);
    if (model.terms) delivery.set_terms(*model.terms);
  }
  TRY(check_key());
  // What was here before the process began anew comes to its end first.
  if (!find_row(delivery.state(), delivery::Event::wanted)) TRY(delivery.run());
  TRY(prove(model));
  auto offer = newest(model.name);
  if (offer.ok()) TRY(delivery.offer(*offer));
  TRY(delivery.run());
  TRY(prove(model));
  return offer.ok() ? ok() : Status(offer.error());
}

/// Whether models can be opened now: that a keystore is locked is no model's fault.
Status ModelManager::check_key() const {
  if (options_.key) TRY(delivery::read_key(options_.key));
  return ok();
}

/// A model that has not proven itself is loaded beside the old one, checked, and put in its place;
/// whatever else is under way.
Status ModelManager::prove(Managed& model) {
  TRY_SET(auto slots, store_.slots(model.name));
  if (!slots.current || slots.proven) return ok();
  TRY(check_key());
  Delivery& delivery = *model.delivery;
  const std::string version = slots.current->sha256;
  if (std::exchange(model.started, version) != version) TRY(delivery.note_start());
  TRY_SET(slots, store_.slots(model.name));
  if (!slots.current || slots.current->sha256 != version) {
    swap(model);
    return ok();
  }
  if (model.judged == version) return ok();
  if (const auto fit = judge(model, &delivery::Slots::current); !fit.ok()) {
    // Where it is all there is, it stays: the app may know a way, or an update bring one.
    const auto back = delivery.send_back(fit.error().brief());
    if (!back.ok() && back.error().code() != Code::failed_precondition) return back;
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

/// Whether this device can run the version in that slot.
Status ModelManager::judge(const Managed& model,
                           const std::optional<delivery::Entry> delivery::Slots::* slot) const {
  TRY_SET(const auto slots, store_.slots(model.name));
  ModelCheck check = model.check;
  if (!(slots.*slot)) return Error(Code::failed_precondition, "there is nothing to judge");
  const delivery::Entry& entry = *(slots.*slot);
  check.golden_text = entry.golden;
  const ModelFile file = {model.name,    entry.version, store_.blob_path(entry.sha256),
                          entry.size,    entry.sha256,  entry.source,
                          Slot::current, false,         store_.is_sealed(entry)};
  TRY_SET(const auto loaded, read(file, check.model));
  return check_model(loaded->model, check);
}

/// Loads a file where it lies, and a sealed one in memory.
Result<std::shared_ptr<LiveModel::Loaded>> ModelManager::read(const ModelFile& file,
                                                              const ModelOptions& options) const {
  auto out = std::make_shared<LiveModel::Loaded>();
  if (file.sealed) {
    TRY_SET(out->memory, store_.unsealed({file.version, file.sha256, file.size, file.source}));
    const auto bytes = out->memory.bytes().first(static_cast<size_t>(file.size));
    TRY_SET(out->model, Model::load(bytes, options, false));
  } else {
    TRY_SET(out->model, Model::load(file.path, options));
  }
  return out;
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
  TRY_SET(const auto out, read(held.model, model.check.model));
  out->file = std::move(held.model);
  out->held.emplace(std::move(held.file));
  out->options = model.check.session;
  return std::shared_ptr<const LiveModel::Loaded>(out);
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

Result<delivery::HeldModel> ModelManager::hold(const std::string& name) const {
  return store_.hold(name, bundled(name));
}

Result<std::string> ModelManager::path_of(const std::string& name, Slot slot) const {
  TRY_SET(const auto held, store_.hold(name, slot, bundled(name)));
  return held.model.path;
}

Result<std::shared_ptr<LiveModel>> ModelManager::open(const std::string& name, Policy policy) {
  auto live = open_now(name, policy);
  if (live.ok() || live.error().code() != Code::data_loss) return live;
  // What is here cannot be read any more, by this key or at all: it goes, what is whole takes its place,
  // and it is fetched anew.
  {
    Managed& model = managed(name);
    const std::lock_guard lock(model.mutex);
    TRY(model.delivery->check());
  }
  return open_now(name, policy);
}

Result<std::shared_ptr<LiveModel>> ModelManager::open_now(const std::string& name, Policy policy) {
  TRY(get(name, policy == Policy::local_model_update_in_background ? Policy::local_model : policy));
  Managed& model = managed(name);
  {
    // A model that was on trial when the process ended has to prove itself first, or goes.
    // Where an update is under way, that has seen to it.
    const std::unique_lock lock(model.mutex, std::try_to_lock);
    if (lock) TRY(prove(model));
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
  TRY(delivery::check_name(name));
  Managed& model = managed(name);
  const std::lock_guard lock(model.mutex);
  TRY(model.delivery->send_back(reason));
  swap(model);
  return ok();
}

std::string ModelManager::explain(const std::string& name) {
  Managed& model = managed(name);
  std::string out = model.delivery->explain();
  const auto slots = store_.slots(name);
  if (slots.ok() && slots->current && !takes(name, slots->current->version))
    out += cat(" It is not given out: the app takes the major version ",
               declared_majors(name)->text(), ".");
  const std::lock_guard lock(mutex_);
  return model.passed_over.empty() ? out : cat(out, " Not taken: ", model.passed_over, ".");
}

std::vector<delivery::Decision> ModelManager::history(const std::string& name) {
  return managed(name).delivery->history();
}

}  // namespace samara::agent
