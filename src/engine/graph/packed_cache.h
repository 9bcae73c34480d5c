// PackedCache: packed forms of constants, made once per model and shared by all its sessions.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

#include "engine/graph/memory.h"
#include "samara/base/function_ref.h"

namespace samara::graph {

class PackedCache {
 public:
  explicit PackedCache(uint64_t limit) : budget_(limit, "packed weights") {}
  /// The form `what` of a node's constants, filled by `fill` at the first call. The lock is held
  /// meanwhile: sessions that start at once wait for one another instead of packing twice.
  Result<const std::byte*> get(int subgraph, int node, std::string_view what, int64_t bytes,
                               FunctionRef<Status(std::byte*)> fill);
  uint64_t bytes() const;

 private:
  using Key = std::tuple<int, int, std::string, uint64_t>;
  using View = std::tuple<int, int, std::string_view, uint64_t>;
  struct Less {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      return View(a) < View(b);
    }
  };
  mutable std::mutex mutex_;
  Budget budget_;
  std::map<Key, Buffer, Less> forms_;
};

}  // namespace samara::graph
