#include "engine/graph/packed_cache.h"

#include <utility>

#include "base/text.h"
#include "base/try.h"

namespace samara::graph {

Result<const std::byte*> PackedCache::get(int subgraph, int node, std::string_view what,
                                          int64_t bytes, FunctionRef<Status(std::byte*)> fill) {
  if (bytes < 0) return Error(Code::internal, cat("packed form '", what, "' of ", bytes, " bytes"));
  const std::lock_guard lock(mutex_);
  const View key(subgraph, node, what, uint64_t(bytes));
  if (const auto found = forms_.find(key); found != forms_.end()) {
    const std::byte* const data = found->second.data();
    return data ? data : nowhere();
  }
  Buffer buffer;
  TRY(buffer.reserve(uint64_t(bytes), budget_));
  TRY(fill(buffer.data() ? buffer.data() : nowhere()));
  const std::byte* const data = buffer.data();
  forms_.emplace(Key(subgraph, node, std::string(what), uint64_t(bytes)), std::move(buffer));
  return data ? data : nowhere();
}

uint64_t PackedCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return budget_.used();
}

}  // namespace samara::graph
