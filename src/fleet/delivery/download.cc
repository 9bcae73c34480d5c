#include "fleet/delivery/download.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "base/url.h"
#include "fleet/delivery/part.h"

namespace samara::delivery {

/// A download under way, for those who join it.
struct Downloader::Flight {
  std::mutex mutex;
  Progress progress;
  std::optional<Status> result;  // under Downloader's mutex
};

namespace {

/// What became of one request.
enum class Outcome : uint8_t {
  lost,      // the connection ended early: go on, here or at another mirror
  busy,      // the server asks for patience
  expired,   // the link is no longer valid
  useless,   // this mirror has not what is asked for
  no_delta,  // the delta is not there, or of no use: the whole is to come
  fatal      // ours: cancelled, conditions, disk
};

Outcome outcome_of(int status) {
  switch (status) {
    case 400:  // what some storage services say of a link that has expired
    case 401:
    case 403:
    case 410:
      return Outcome::expired;
    case 408:
    case 425:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return Outcome::busy;
    default:
      return Outcome::useless;
  }
}

bool is_cancelled(const DownloadJob& job) { return job.cancel && job.cancel->load(); }

/// One run over the mirrors until the part is a blob or nothing more can be done.
class Run {
 public:
  Run(const DownloadJob& job, const DownloadLimits& limits, Fetcher& fetcher, Clock& clock,
      const std::function<double()>& random, std::function<void(const Progress&)> progress,
      Part part, std::vector<Patching> patchings)
      : job_(job),
        limits_(limits),
        fetcher_(fetcher),
        clock_(clock),
        random_(random),
        progress_(std::move(progress)),
        part_(std::move(part)),
        patchings_(std::move(patchings)),
        mirrors_(job.urls),
        started_ms_(clock.steady_ms()),
        sampled_ms_(started_ms_) {}

  Status to_the_end();
  /// The deltas that failed.
  const std::vector<std::string>& useless() const { return useless_; }

 private:
  Result<bool> finish();
  void request(const std::string& url);
  void send(const FetchRequest& request, FunctionRef<Status(const FetchAnswer&)> on_answer,
            FunctionRef<Status(std::span<const std::byte>)> on_bytes);
  void request_delta();
  Status on_delta(std::span<const std::byte> bytes);
  Status drop_delta();
  Status keep(std::span<const std::byte> bytes);
  Status after_bytes();
  uint64_t reached() const;
  Status on_answer(const std::string& url, const FetchAnswer& answer);
  Status on_bytes(std::span<const std::byte> bytes);
  Status after_request();
  Status drop_mirror();
  Status renew();
  Status wait(int64_t at_least_ms);
  Status go_on() const;
  void report();
  void hold_back();
  Error end(Outcome outcome, Error why) {
    outcome_ = outcome;
    return why;
  }

  const DownloadJob& job_;
  const DownloadLimits& limits_;
  Fetcher& fetcher_;
  Clock& clock_;
  const std::function<double()>& random_;
  std::function<void(const Progress&)> progress_;
  Part part_;
  std::vector<Patching> patchings_;   // that may be tried; the last one first
  std::vector<std::string> useless_;  // those that failed, by their keys
  bool patched_ = false;              // the part has bytes that a delta made
  std::vector<std::string> mirrors_;
  size_t mirror_ = 0;

  Outcome outcome_ = Outcome::lost;
  std::optional<Error> why_;    // of the last request that did not bring everything
  std::optional<Error> wrong_;  // the gravest thing that a dropped mirror did
  uint64_t skip_ = 0;           // of the body, which is here already
  int64_t retry_after_ms_ = -1;
  int fruitless_ = 0;
  int renewals_ = 0;

  int64_t started_ms_;
  uint64_t received_ = 0;
  int64_t sampled_ms_;
  uint64_t sampled_ = 0;
  double rate_ = 0;
};

Status Run::to_the_end() {
  while (true) {
    if (part_.complete()) {
      TRY_SET(const bool whole, finish());
      if (whole) return ok();
      continue;
    }
    TRY(go_on());
    const uint64_t before = reached();
    if (patchings_.empty()) {
      request(mirrors_[mirror_]);
    } else {
      request_delta();
    }
    if (reached() > before) fruitless_ = 0;
    if (part_.complete()) continue;
    TRY(after_request());
  }
}

Result<bool> Run::finish() {
  const auto verdict = part_.finish();
  if (!verdict.ok()) {
    (void)part_.discard();
    return verdict.error();
  }
  if (*verdict != Part::Verdict::whole && patched_) {
    TRY(drop_delta());
  } else if (*verdict == Part::Verdict::not_right) {
    wrong_ = Error(Code::data_loss, cat("what ", shown_url(mirrors_[mirror_]),
                                        " sent does not have the hash ", job_.entry.sha256));
    TRY(drop_mirror());
  }
  return *verdict == Part::Verdict::whole;
}

uint64_t Run::reached() const {
  return part_.have() + (patchings_.empty() ? 0 : patchings_.back().furthest());
}

void Run::request(const std::string& url) {
  skip_ = 0;
  FetchRequest request = {url, part_.have(), ""};
  if (request.from > 0) request.if_range = part_.etag_of(url);
  send(
      request, [&](const FetchAnswer& answer) { return on_answer(url, answer); },
      [&](std::span<const std::byte> bytes) { return on_bytes(bytes); });
}

void Run::send(const FetchRequest& request, FunctionRef<Status(const FetchAnswer&)> on_answer,
               FunctionRef<Status(std::span<const std::byte>)> on_bytes) {
  retry_after_ms_ = -1;
  outcome_ = Outcome::lost;
  const auto done = fetcher_.get(request, on_answer, on_bytes);
  why_ = done.ok() ? Error(Code::unavailable, "the connection ended before the content did")
                   : done.error();
  if (outcome_ == Outcome::lost && why_->code() == Code::permission_denied)
    outcome_ = Outcome::useless;  // a mirror that cannot prove who it is
}

Status Run::on_answer(const std::string& url, const FetchAnswer& answer) {
  const uint64_t from = part_.have();
  const auto says = [&] { return cat(shown_url(url), " answers ", answer.status); };
  retry_after_ms_ = answer.retry_after_ms;
  if (answer.status != 200 && answer.status != 206)
    return end(outcome_of(answer.status), Error(Code::unavailable, says()));
  if (answer.total && *answer.total != job_.entry.size)
    return end(Outcome::useless, Error(Code::data_loss, cat(says(), " with ", *answer.total,
                                                            " bytes, not ", job_.entry.size)));
  if (answer.status == 206 && answer.first.value_or(from) != from)
    return end(Outcome::useless,
               Error(Code::data_loss, cat(says(), " from byte ", *answer.first, ", not ", from)));
  if (answer.status == 200 && from > 0) {
    // The range was ignored. If the content is still the same, what is here need not be written
    // again; if its tag has changed, what is here is of no use.
    const std::string before = part_.etag_of(url);
    if (!before.empty() && !answer.etag.empty() && before != answer.etag) {
      if (auto cleared = part_.clear(); !cleared.ok())
        return end(Outcome::fatal, std::move(cleared).error());
    }
    skip_ = part_.have();
  }
  part_.comes_from(url, answer.etag);
  return ok();
}

Status Run::on_bytes(std::span<const std::byte> bytes) {
  received_ += bytes.size();
  const auto skipped = static_cast<size_t>(std::min<uint64_t>(skip_, bytes.size()));
  skip_ -= skipped;
  bytes = bytes.subspan(skipped);
  const uint64_t room = job_.entry.size - part_.have();
  const bool endless = bytes.size() > room;
  if (endless) bytes = bytes.first(static_cast<size_t>(room));
  TRY(keep(bytes));
  TRY(after_bytes());
  if (endless)
    return end(Outcome::useless, Error(Code::data_loss, cat("more than the ", job_.entry.size,
                                                            " bytes that were promised")));
  return ok();
}

Status Run::keep(std::span<const std::byte> bytes) {
  auto kept = part_.append(bytes);
  if (kept.ok() &&
      part_.have() / limits_.sync_every != (part_.have() - bytes.size()) / limits_.sync_every)
    kept = part_.sync();
  if (!kept.ok()) {
    // After a failed write or sync nobody knows what is on the disk; and if it is full, others
    // need the space.
    (void)part_.discard();
    return end(Outcome::fatal, std::move(kept).error());
  }
  return ok();
}

Status Run::after_bytes() {
  report();
  // What has come is kept: whoever goes on later need not ask for it again.
  if (auto may = go_on(); !may.ok()) return end(Outcome::fatal, std::move(may).error());
  hold_back();
  return ok();
}

void Run::request_delta() {
  Patching& patching = patchings_.back();
  send(
      patching.request(job_.deltas[mirror_ % job_.deltas.size()]),
      [&](const FetchAnswer& answer) -> Status {
        auto fits = patching.on_answer(answer, job_.entry.size - part_.have());
        return fits.ok() ? ok() : Status(end(Outcome::no_delta, std::move(fits).error()));
      },
      [&](std::span<const std::byte> bytes) { return on_delta(bytes); });
  if (outcome_ == Outcome::lost && patching.spent()) outcome_ = Outcome::no_delta;
}

Status Run::on_delta(std::span<const std::byte> bytes) {
  received_ += bytes.size();
  const auto take = [&](std::span<const std::byte> made) {
    patched_ = true;
    return keep(made);
  };
  if (auto done = patchings_.back().add(bytes, part_.have(), take); !done.ok())
    return outcome_ == Outcome::fatal ? std::move(done)
                                      : Status(end(Outcome::no_delta, std::move(done).error()));
  return after_bytes();
}

/// The delta is of no use, nor is what it has made.
Status Run::drop_delta() {
  if (!patchings_.empty()) {
    useless_.push_back(patchings_.back().key());
    patchings_.pop_back();
  }
  return std::exchange(patched_, false) ? part_.clear() : ok();
}

Status Run::after_request() {
  switch (outcome_) {
    case Outcome::no_delta:
      return drop_delta();
    case Outcome::fatal:
      (void)part_.sync();
      return Error(*why_);
    case Outcome::useless:
      wrong_ = why_;
      return drop_mirror();
    case Outcome::expired:
      return renew();
    case Outcome::lost:
    case Outcome::busy:
      break;
  }
  if (auto synced = part_.sync(); !synced.ok()) {
    (void)part_.discard();
    return synced;
  }
  // Where only the delta cannot be had, the whole may be.
  if (!patchings_.empty() && fruitless_ >= limits_.most_fruitless / 2) {
    patchings_.clear();
    return ok();
  }
  if (fruitless_ >= limits_.most_fruitless)
    return Error(Code::unavailable,
                 cat("gave up after ", fruitless_,
                     " tries that brought nothing; the last: ", why_->message(),
                     wrong_ ? "; a mirror was dropped: " + wrong_->message() : ""));
  mirror_ = (mirror_ + 1) % mirrors_.size();
  return wait(outcome_ == Outcome::busy ? retry_after_ms_ : -1);
}

Status Run::drop_mirror() {
  mirrors_.erase(mirrors_.begin() + static_cast<ptrdiff_t>(mirror_));
  if (!mirrors_.empty()) {
    mirror_ %= mirrors_.size();
    return ok();
  }
  if (wrong_->code() == Code::data_loss) {
    (void)part_.discard();
    return Error(*wrong_).in("the last mirror that was left");
  }
  return Error(Code::not_found, cat("no mirror has the content; the last: ", wrong_->message()));
}

Status Run::renew() {
  if (!job_.renew || renewals_ >= limits_.most_renewals)
    return Error(Code::permission_denied, cat("the link has expired: ", why_->message()));
  ++renewals_;
  TRY_SET(mirrors_, job_.renew());
  mirror_ = 0;
  if (mirrors_.empty()) return Error(Code::permission_denied, "the link was not renewed");
  return ok();
}

Status Run::wait(int64_t at_least_ms) {
  // "Full jitter": a crowd of devices that lost the server together must not come back together.
  int64_t most = limits_.first_wait_ms;
  for (int i = 0; i < fruitless_ && most < limits_.longest_wait_ms; ++i) most *= 2;
  most = std::min(most, limits_.longest_wait_ms);
  ++fruitless_;
  int64_t left = static_cast<int64_t>(random_() * static_cast<double>(most));
  left += std::clamp<int64_t>(at_least_ms, 0, limits_.longest_wait_ms);
  for (; left > 0; left -= 200) {
    TRY(go_on());
    clock_.sleep_ms(std::min<int64_t>(left, 200));
  }
  return ok();
}

Status Run::go_on() const {
  if (is_cancelled(job_)) return Error(Code::cancelled, "the download was cancelled");
  if (job_.may_go_on) return job_.may_go_on();
  return ok();
}

void Run::report() {
  const int64_t now = clock_.steady_ms();
  if (const int64_t passed = now - sampled_ms_; passed >= 250) {
    const double lately = static_cast<double>(received_ - sampled_) * 1000.0 / passed;
    rate_ = rate_ == 0 ? lately : 0.7 * rate_ + 0.3 * lately;
    sampled_ms_ = now;
    sampled_ = received_;
  }
  progress_({part_.have(), job_.entry.size, rate_});
}

void Run::hold_back() {
  if (limits_.bytes_per_second == 0) return;
  const double due = static_cast<double>(received_) * 1000.0 / limits_.bytes_per_second;
  const int64_t early = static_cast<int64_t>(due) - (clock_.steady_ms() - started_ms_);
  if (early > 0) clock_.sleep_ms(early);
}

/// Errors: resource_exhausted. Cleans up before it says so.
Status check_space(Store& store, const Entry& entry, uint64_t have, uint64_t reserve) {
  const uint64_t needed = entry.size - std::min(entry.size, have);
  const std::string folder = folder_of(store.partial_path(entry.sha256));
  TRY_SET(uint64_t free, free_space(folder));
  if (free >= needed && free - needed >= reserve) return ok();
  TRY(store.gc());
  TRY_SET(free, free_space(folder));
  if (free >= needed && free - needed >= reserve) return ok();
  return Error(Code::resource_exhausted,
               cat("needs ", needed, " bytes and ", reserve, " in reserve; ", free, " are free"));
}

}  // namespace

Downloader::Downloader(Store& store, Fetcher& fetcher, Clock& clock, std::function<double()> random,
                       const DownloadLimits& limits)
    : store_(store),
      fetcher_(fetcher),
      clock_(clock),
      random_(std::move(random)),
      limits_(limits) {}

Status Downloader::fetch(const DownloadJob& job) {
  TRY(check_entry(job.entry));
  if (job.urls.empty()) return Error(Code::invalid_argument, "no address to download from");
  std::unique_lock lock(mutex_);
  while (true) {
    auto& slot = flights_[job.entry.sha256];
    if (!slot) {
      slot = std::make_shared<Flight>();
      const auto mine = slot;
      lock.unlock();
      Status result = run(job, *mine);
      lock.lock();
      mine->result = std::move(result);
      flights_.erase(job.entry.sha256);
      ended_.notify_all();
      return *mine->result;
    }
    const auto other = slot;
    while (!other->result) {
      if (is_cancelled(job)) return Error(Code::cancelled, "the download was cancelled");
      ended_.wait_for(lock, std::chrono::milliseconds(100));
      if (!job.progress) continue;
      const auto now = [&] {
        const std::lock_guard guard(other->mutex);
        return other->progress;
      }();
      lock.unlock();
      job.progress(now);
      lock.lock();
    }
    // What ended the other was its own will; this one goes on where it stopped.
    const bool stopped =
        !other->result->ok() && (other->result->error().code() == Code::cancelled ||
                                 other->result->error().code() == Code::failed_precondition);
    if (!stopped) return *other->result;
  }
}

Status Downloader::run(const DownloadJob& job, Flight& flight) {
  const auto progress = [&](const Progress& now) {
    {
      const std::lock_guard guard(flight.mutex);
      flight.progress = now;
    }
    if (job.progress) job.progress(now);
  };
  const auto frame = [&] { return cat("download of version ", job.entry.version); };
  while (!store_.has(job.entry)) {
    TRY_SET(auto part, Part::open(store_, job.entry).in(frame));
    if (!part) {  // another process is at it
      if (is_cancelled(job)) return Error(Code::cancelled, "the download was cancelled");
      clock_.sleep_ms(200);
      continue;
    }
    if (store_.has(job.entry)) break;
    TRY(check_space(store_, job.entry, part->have(), limits_.reserve).in(frame));
    Run run(job, limits_, fetcher_, clock_, random_, progress, std::move(*part), patchings(job));
    const Status done = run.to_the_end().in(frame);
    {
      const std::lock_guard lock(mutex_);
      useless_deltas_.insert(run.useless().begin(), run.useless().end());
    }
    TRY(done);
  }
  progress({job.entry.size, job.entry.size, 0});
  return ok();
}

/// What may come as a delta, the best last.
std::vector<Patching> Downloader::patchings(const DownloadJob& job) {
  std::vector<Patching> out;
  if (job.deltas.empty()) return out;
  for (auto base = job.bases.rbegin(); base != job.bases.rend(); ++base) {
    if (base->entry.sha256 == job.entry.sha256) continue;
    if (base->path.empty() && !store_.has(base->entry)) continue;
    auto one = Patching::start(store_, *base, job.entry);
    const std::lock_guard lock(mutex_);
    if (one.ok() && !useless_deltas_.contains(one->key())) out.push_back(std::move(*one));
  }
  return out;
}

}  // namespace samara::delivery
