#include "engine/graph/packed_cache.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "engine/graph/generated/packing_version.h"

namespace samara::graph {
namespace {

/// Chunks grow, so that a large model takes few and a small one no more than it needs.
constexpr uint64_t kSmallChunk = 1 << 20, kMostChunk = 64 << 20, kLargePage = 2 << 20;

}  // namespace

std::string_view packing_version() { return SAMARA_PACKING_VERSION; }

/// Memory for one form, zeroed, from the last chunk or a new one.
Result<std::byte*> PackedCache::memory(uint64_t bytes) {
  if (bytes == 0) return nowhere();
  const uint64_t padded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  TRY(budget_.take(padded));
  if (padded > free_.size()) {
    const uint64_t usual =
        std::min(kSmallChunk << std::min<size_t>(2 * chunks_.size(), 6), kMostChunk);
    auto chunk = Mapping::in_full(std::max(padded, usual));
    if (!chunk.ok()) {
      budget_.give(padded);
      return std::move(chunk).error();
    }
    if (chunk->bytes().size() >= 2 * kLargePage) chunk->prefer_large_pages();
    give_back_pages(free_);
    free_ = chunk->writable();
    chunks_.push_back(std::move(*chunk));
  }
  std::byte* const out = free_.data();
  free_ = free_.subspan(size_t(padded));
  return out;
}

Result<const std::byte*> PackedCache::get(int subgraph, int node, std::string_view what,
                                          int64_t bytes, FunctionRef<Status(std::byte*)> fill) {
  if (bytes < 0) return Error(Code::internal, cat("packed form '", what, "' of ", bytes, " bytes"));
  const std::lock_guard lock(mutex_);
  const View key(subgraph, node, what, uint64_t(bytes));
  if (const auto found = forms_.find(key); found != forms_.end()) return found->second;
  const std::byte* form = file_ ? file_->find({subgraph, node, what, uint64_t(bytes)}) : nullptr;
  if (form) {
    mapped_bytes_ += uint64_t(bytes);
  } else {
    TRY_SET(std::byte* const own, memory(uint64_t(bytes)));
    TRY(fill(own));
    form = own;
    fresh_ = true;
  }
  forms_.emplace(Key(subgraph, node, std::string(what), uint64_t(bytes)), form);
  return form;
}

bool PackedCache::settle() {
  const std::lock_guard lock(mutex_);
  give_back_pages(free_);
  const bool first = !std::exchange(settled_, true);
  if (!std::exchange(fresh_, false)) {
    if (file_ && first) file_state_ = "read";
    return first;
  }
  if (file_) {
    const Status saved = save();
    file_state_ = saved.ok() ? "written" : saved.error().brief();
  }
  return true;
}

Status PackedCache::save() const {
  std::vector<PackedForm> all;
  for (const auto& [key, data] : forms_) {
    const auto& [subgraph, node, what, bytes] = key;
    all.push_back({subgraph, node, what, bytes, data});
  }
  return file_->save(all);
}

uint64_t PackedCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return budget_.used() + mapped_bytes_;
}

uint64_t PackedCache::mapped_bytes() const {
  const std::lock_guard lock(mutex_);
  return mapped_bytes_;
}

Status PackedCache::check_intact() const {
  if (!file_ || file_->intact()) return ok();
  return Error(Code::data_loss,
               cat("weight cache ", file_->path(), " was truncated while it was mapped"));
}

std::string PackedCache::file_state() const {
  const std::lock_guard lock(mutex_);
  return file_state_;
}

}  // namespace samara::graph
