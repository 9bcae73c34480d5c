#include "fleet/delivery/delivery.h"

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"

namespace samara::delivery {
namespace {

constexpr size_t kMostDecisions = 64;

/// What a failed download means.
Event event_of(Code code) {
  switch (code) {
    case Code::cancelled:
      return Event::cancelled;
    case Code::failed_precondition:
      return Event::conditions_lost;
    case Code::data_loss:
      return Event::content_wrong;
    case Code::not_found:
      return Event::not_offered;
    case Code::resource_exhausted:
      return Event::no_space;
    case Code::unavailable:
      return Event::connection_lost;
    default:
      return Event::disk_failed;
  }
}

}  // namespace

Delivery::Delivery(std::string name, Store& store, Downloader& downloader,
                   DeviceStateSource& device, Clock& clock,
                   std::function<Status(const std::string&)> judge, const Terms& terms,
                   std::optional<Bundled> bundled)
    : name_(std::move(name)),
      store_(store),
      downloader_(downloader),
      device_(device),
      clock_(clock),
      judge_(std::move(judge)),
      terms_(terms),
      bundled_(std::move(bundled)) {
  (void)restart();
}

Status Delivery::restart() {
  TRY_SET(const Slots slots, store_.slots(name_));
  set_state(stored_state(slots, slots.wanted && store_.has(*slots.wanted)));
  return ok();
}

void Delivery::set_state(State state) {
  const std::lock_guard lock(seen_);
  state_ = state;
}

Status Delivery::take(Event event, const std::string& detail) {
  const Row* row = find_row(state_, event);
  if (!row)
    return Error(Code::failed_precondition, cat("model ", name_, " is ", delivery::name(state_),
                                                ": '", delivery::name(event), "' cannot happen"));
  Decision decision = {state_, event, row->next, std::string(row->why)};
  if (!detail.empty()) decision.why += ": " + detail;
  if (row->next == State::as_stored) {
    TRY(restart());
  } else {
    set_state(row->next);
  }
  decision.next = state_;
  if (state_ == State::waiting) {
    // Doubled with each try; a clock that cannot go back, so that a jump neither wakes nor delays it.
    const int64_t wait = int64_t{60'000} << std::min(tries_++, 12);
    wake_ms_ = clock_.steady_ms() + std::min(wait, terms_.longest_wait_ms);
  }
  {
    const std::lock_guard lock(seen_);
    if (history_.size() >= kMostDecisions) history_.pop_front();
    history_.push_back(decision);
  }
  if (on_decision) on_decision(decision);
  return ok();
}

const Conditions& Delivery::conditions(const Slots& slots) const {
  return slots.current ? terms_.updates : terms_.first;
}

Result<std::string> Delivery::unmet_now() const {
  TRY_SET(const Slots slots, store_.slots(name_));
  std::string out;
  for (const std::string& reason : unmet(conditions(slots), device_.now()))
    out += (out.empty() ? "" : ", ") + reason;
  return out;
}

Status Delivery::offer(const Offer& offer) {
  TRY(check_entry(offer.entry));
  TRY_SET(const Slots slots, store_.slots(name_));
  const std::string version = cat("version ", offer.entry.version);
  if (const Refusal* refusal = slots.refusal(offer.entry.sha256))
    return take(Event::refused_before, cat(version, ", ", refusal->reason));
  const bool in_use = slots.current && slots.current->sha256 == offer.entry.sha256;
  if (in_use && !slots.wanted && find_row(state_, Event::up_to_date))
    return take(Event::up_to_date, version);
  if (slots.current && !terms_.updates_on) return take(Event::updates_off, version);
  if (!find_row(state_, Event::wanted)) return take(Event::wanted);
  TRY(store_.want(name_, offer.entry));
  urls_ = offer.urls;
  renew_ = offer.renew;
  deltas_ = offer.deltas;
  cancel_ = false;
  return take(Event::wanted, version);
}

Result<bool> Delivery::step() {
  if (cancel_ && state_ != State::fetching && find_row(state_, Event::cancelled)) {
    TRY(drop());
    return true;
  }
  const State before = state_;
  Status done;
  switch (state_) {
    case State::queued: {
      TRY_SET(const std::string reasons, unmet_now());
      done = take(reasons.empty() ? Event::conditions_met : Event::conditions_unmet, reasons);
      break;
    }
    case State::fetching:
      done = fetch();
      break;
    case State::waiting:
      if (clock_.steady_ms() < wake_ms_) return false;
      done = take(Event::time_passed);
      break;
    case State::verifying:
      done = verify();
      break;
    case State::staged: {
      TRY_SET(const Slots slots, store_.slots(name_));
      const bool held =
          !slots.pinned.empty() && slots.staged && slots.staged->sha256 != slots.pinned;
      done = take(held ? Event::pinned_elsewhere : Event::go);
      break;
    }
    case State::activating:
      done = activate();
      break;
    default:
      return false;
  }
  TRY(std::move(done));
  return state_ != before;
}

Status Delivery::run() {
  while (true) {
    TRY_SET(const bool moved, step());
    // A disk that failed a moment ago is not asked again at once.
    const bool failed = !history_.empty() && history_.back().event == Event::disk_failed;
    if (!moved || failed || state_ == State::waiting) return ok();
  }
}

/// What a delta may start from, best first.
std::vector<Base> Delivery::bases(const Slots& slots) const {
  std::vector<Base> out;
  for (const auto* slot : {&slots.current, &slots.previous})
    if (*slot && store_.has(**slot)) out.push_back({**slot});
  if (!out.empty() || !bundled_) return out;
  // Its hash is known to nobody yet, and is worth its time only where nothing else is here.
  const auto id = file_identity(bundled_->path);
  const auto hash = hash_file(bundled_->path);
  if (id.ok() && hash.ok())
    out.push_back({{bundled_->version, *hash, id->size, bundled_->path}, bundled_->path});
  return out;
}

Status Delivery::fetch() {
  TRY_SET(const Slots slots, store_.slots(name_));
  if (!slots.wanted) return drop();
  DownloadJob job;
  job.entry = *slots.wanted;
  job.urls = urls_.empty() ? std::vector{slots.wanted->source} : urls_;
  job.renew = renew_;
  job.deltas = deltas_;
  if (!deltas_.empty()) job.bases = bases(slots);
  job.progress = on_progress;
  job.cancel = &cancel_;
  job.may_go_on = [&]() -> Status {
    TRY_SET(const std::string reasons, unmet_now());
    if (reasons.empty()) return ok();
    return Error(Code::failed_precondition, reasons);
  };
  const auto fetched = downloader_.fetch(job);
  if (fetched.ok()) {
    tries_ = 0;
    return take(Event::fetched);
  }
  const Event event = event_of(fetched.error().code());
  if (event == Event::cancelled) return drop();
  return take(event, fetched.error().message());
}

Status Delivery::verify() {
  TRY_SET(const Slots slots, store_.slots(name_));
  if (!slots.wanted) return take(Event::restarted);
  const Entry entry = *slots.wanted;
  const auto go = store_.note_judging(name_);
  if (!go.ok()) return take(Event::disk_failed, go.error().message());
  if (!*go) {
    TRY_SET(const Slots after, store_.slots(name_));
    const Refusal* refusal = after.refusal(entry.sha256);
    return take(Event::unfit, refusal ? refusal->reason : "");
  }
  if (auto fit = judge_(store_.blob_path(entry.sha256)); !fit.ok()) {
    // What the device could not do now says nothing about the model.
    const Code code = fit.error().code();
    if (code == Code::io || code == Code::unavailable) {
      TRY(store_.forgive_judging(name_));
      return take(Event::disk_failed, fit.error().brief());
    }
    if (auto refused = store_.refuse(name_, entry, fit.error().brief()); !refused.ok())
      return take(Event::disk_failed, refused.error().message());
    return take(Event::unfit, fit.error().brief());
  }
  if (auto staged = store_.stage(name_, entry); !staged.ok())
    return take(Event::disk_failed, staged.error().message());
  return take(Event::fit);
}

Status Delivery::activate() {
  if (auto done = store_.activate(name_); !done.ok())
    return take(Event::disk_failed, done.error().message());
  return take(Event::switched);
}

Status Delivery::drop() {
  cancel_ = false;
  TRY(store_.unwant(name_));
  return take(Event::cancelled);
}

Status Delivery::confirm() {
  TRY(store_.confirm(name_));
  return state_ == State::trial ? take(Event::proven) : ok();
}

Status Delivery::take_back(Status done, Event event, const std::string& reason) {
  if (done.ok()) return take(event, reason);
  if (done.error().code() == Code::failed_precondition) TRY(take(Event::no_way_back, reason));
  return done;
}

Status Delivery::send_back(const std::string& reason) {
  if (!find_row(state_, Event::check_failed))
    return Error(Code::failed_precondition, cat("no version of model '", name_, "' is in use"));
  return take_back(store_.roll_back(name_, reason, bundled_.has_value()), Event::check_failed,
                   reason);
}

Status Delivery::note_start() {
  TRY_SET(const Start start, store_.note_start(name_, bundled_.has_value()));
  return start == Start::go ? ok() : take(Event::crash_loop);
}

Status Delivery::check() {
  TRY_SET(const Slots before, store_.slots(name_));
  TRY(store_.check());
  TRY_SET(const Slots after, store_.slots(name_));
  if (before.current == after.current || !find_row(state_, Event::damaged)) return ok();
  return take(Event::damaged);
}

Status Delivery::remove() {
  if (state_ == State::absent) return ok();
  if (!find_row(state_, Event::removed)) return take(Event::removed);
  TRY(store_.remove(name_));
  return take(Event::removed);
}

std::string Delivery::explain() const {
  std::string out = cat("model ", name_, " is ");
  {
    const std::lock_guard lock(seen_);
    out += delivery::name(state_);
    if (!history_.empty()) out += cat(", because ", history_.back().why);
  }
  const auto slots = store_.slots(name_);
  if (!slots.ok()) return cat(out, ". The store cannot be read: ", slots.error().message());
  if (slots->wanted) out += cat(". Wanted: ", slots->wanted->version);
  if (slots->staged) out += cat(". Staged: ", slots->staged->version);
  if (slots->current) {
    out += cat(". In use: ", slots->current->version, slots->proven ? "" : ", not yet proven");
  } else {
    out += bundled_ ? ". In use: the bundled one" : ". None is in use";
  }
  if (slots->previous) out += cat(". Before it: ", slots->previous->version);
  return out + ".";
}

}  // namespace samara::delivery
