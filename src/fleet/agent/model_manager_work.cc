// The manager's thread: what is done behind the app's calls.
#include <algorithm>
#include <utility>

#include "fleet/agent/managed.h"

namespace samara::agent {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kRetiredEvery{20};

}  // namespace

void ModelManager::later(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (std::find(queue_.begin(), queue_.end(), name) != queue_.end()) return;
  queue_.push_back(name);
  changed_.notify_all();
}

void ModelManager::prefetch(const std::vector<std::string>& names) {
  for (const std::string& name : names) later(name);
}

void ModelManager::when_ready(const std::string& name,
                              std::function<void(Result<ModelFile>)> then) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(name, std::move(then));
  }
  later(name);
}

/// Puts into the queue what is to be tried again by now; returns when the next one is.
/// Called with the mutex held.
steady_clock::time_point ModelManager::queue_retries() {
  const auto now = steady_clock::now();
  auto next = now + std::chrono::hours(1);
  for (auto it = retries_.begin(); it != retries_.end();) {
    if (it->second > now) {
      next = std::min(next, it->second);
      ++it;
    } else {
      queue_.push_back(it->first);
      it = retries_.erase(it);
    }
  }
  return next;
}

void ModelManager::work() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    const auto retry = queue_retries();
    const bool watching = retired_;
    const auto wake = watching ? std::min(retry, steady_clock::now() + kRetiredEvery) : retry;
    changed_.wait_until(lock, wake,
                        [&] { return ending_ || !queue_.empty() || retired_ != watching; });
    if (ending_) return;
    if (!queue_.empty()) {
      const std::string name = std::move(queue_.front());
      queue_.pop_front();
      busy_ = true;
      lock.unlock();
      work_on(name);
      lock.lock();
      busy_ = false;
    }
    if (retired_) free_retired(lock);
    changed_.notify_all();
  }
}

void ModelManager::work_on(const std::string& name) {
  tell_ready(name);
  const Status updated = update(name);  // what came of it is in the decisions
  tell_ready(name);
  const bool again = options_.retry_ms > 0 && wants_retry(name, updated);
  const auto random = options_.random ? options_.random() : 0.5;
  const std::lock_guard lock(mutex_);
  retries_.erase(name);
  if (again)
    retries_[name] = steady_clock::now() +
                     milliseconds(static_cast<int64_t>(options_.retry_ms * (0.5 + random)));
}

/// Nobody could be asked, or what is wanted has not come for now.
bool ModelManager::wants_retry(const std::string& name, const Status& updated) {
  if (!updated.ok())
    return updated.error().code() == Code::unavailable ||
           updated.error().code() == Code::deadline_exceeded;
  Managed& model = managed(name);
  const std::lock_guard lock(model.mutex);
  const delivery::State state = model.delivery->state();
  return state == delivery::State::queued || state == delivery::State::waiting;
}

void ModelManager::tell_ready(const std::string& name) {
  const auto file = store_.file(name, bundled(name));
  if (!file.ok()) return;
  std::vector<std::function<void(Result<ModelFile>)>> told;
  {
    const std::lock_guard lock(mutex_);
    const auto range = waiting_.equal_range(name);
    for (auto it = range.first; it != range.second; ++it) told.push_back(std::move(it->second));
    waiting_.erase(range.first, range.second);
  }
  for (auto& then : told) then(*file);
}

/// Frees what open models were before, where nobody uses it any more. Gives the lock up meanwhile.
void ModelManager::free_retired(std::unique_lock<std::mutex>& lock) {
  std::vector<Managed*> models;
  for (auto& [name, model] : models_) models.push_back(model.get());
  retired_ = false;
  lock.unlock();
  bool all = true;
  for (Managed* model : models) {
    std::shared_ptr<LiveModel> live;
    {
      const std::lock_guard guard(model->live_mutex);
      live = model->live.lock();
    }
    if (live) all = live->free_retired() && all;
  }
  lock.lock();
  retired_ = retired_ || !all;
}

void ModelManager::retry_now() {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, when] : retries_) queue_.push_back(name);
  retries_.clear();
  changed_.notify_all();
}

void ModelManager::wait_for_updates() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return queue_.empty() && !busy_; });
}

}  // namespace samara::agent
