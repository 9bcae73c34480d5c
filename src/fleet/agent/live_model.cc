#include "fleet/agent/live_model.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/try.h"

namespace samara::agent {
namespace {

constexpr size_t kMostPrepared = 64;
constexpr int64_t kWarmUpMs = 1000;

/// Runs once on zeros, so that weights are packed and pages are there. What fails here fails again
/// in the user's own run, who is told.
void warm_up(Session& session) {
  if (!session.plan().ok()) return;
  for (size_t i = 0; i < session.inputs(); ++i) {
    if (session.input(i).type == Type::string) return;
    auto data = session.input_data(i);
    if (!data.ok()) return;
    if (!data->empty()) std::memset(data->data(), 0, data->size());
  }
  (void)session.run({.deadline_ms = kWarmUpMs});
  (void)session.reset_variables();
}

}  // namespace

std::unique_ptr<Session> LiveModel::Sessions::take() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return nullptr;
  std::unique_ptr<Session> out = std::move(idle_.back());
  idle_.pop_back();
  return out;
}

void LiveModel::Sessions::give_back(std::unique_ptr<Session> session) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(session));
}

size_t LiveModel::Sessions::idle() const {
  const std::lock_guard lock(mutex_);
  return idle_.size();
}

Result<LiveModel::Lease> LiveModel::lease() {
  auto loaded = now();
  if (auto session = loaded->sessions.take()) {
    TRY(session->reset_variables());
    return Lease(std::move(loaded), std::move(session));
  }
  TRY_SET(auto session, Session::create(loaded->model, loaded->options));
  {
    const std::lock_guard lock(mutex_);
    if (loaded == loaded_) ++leased_;
  }
  return Lease(std::move(loaded), std::move(session));
}

void LiveModel::put(std::shared_ptr<const Loaded> loaded) {
  size_t streams = 0;
  {
    const std::lock_guard lock(mutex_);
    streams = std::min(leased_, kMostPrepared);
  }
  for (size_t i = loaded->sessions.idle(); i < streams; ++i) {
    auto session = Session::create(loaded->model, loaded->options);
    if (!session.ok()) break;
    warm_up(**session);
    loaded->sessions.give_back(std::move(*session));
  }
  const std::lock_guard lock(mutex_);
  leased_ = streams;
  loaded_.swap(loaded);
  if (loaded) retired_.push_back(std::move(loaded));
}

bool LiveModel::free_retired() {
  std::vector<std::shared_ptr<const Loaded>> unused;  // freed outside of the lock
  const std::lock_guard lock(mutex_);
  for (auto& old : retired_)
    if (old.use_count() == 1) unused.push_back(std::move(old));
  std::erase(retired_, nullptr);
  // `unused` was declared before the lock and so ends after it.
  return retired_.empty();
}

}  // namespace samara::agent
