// PackedCache: packed forms of constants, made once per model and shared by all its sessions; where
// there is a WeightCache, by all processes and starts.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/file.h"
#include "engine/graph/memory.h"
#include "engine/graph/weight_cache.h"
#include "samara/base/function_ref.h"

namespace samara::graph {

/// Tells builds apart whose packed forms may differ.
std::string_view packing_version();

class PackedCache {
 public:
  explicit PackedCache(uint64_t limit) : budget_(limit, "packed weights") {}
  /// Takes forms from the file from now on, and keeps new ones there when settle() is called.
  void attach(std::unique_ptr<WeightCache> file) { file_ = std::move(file); }
  /// The form `what` of a node's constants, filled by `fill` at the first call. The lock is held
  /// meanwhile: sessions that start at once wait for one another instead of packing twice.
  Result<const std::byte*> get(int subgraph, int node, std::string_view what, int64_t bytes,
                               FunctionRef<Status(std::byte*)> fill);
  /// A session has planned: gives back memory that was taken ahead, and writes the file where it
  /// lacks a form. Whether constants may have been read for that, at the first call or since the last.
  bool settle();

  uint64_t bytes() const;
  /// Bytes of bytes() that lie in the mapped file.
  uint64_t mapped_bytes() const;
  /// What became of the file: "read", "written", or why it was not; "" where there is none.
  std::string file_state() const;
  /// Errors: data_loss (the file was cut short)
  Status check_intact() const;

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
  Result<std::byte*> memory(uint64_t bytes);
  Status save() const;

  mutable std::mutex mutex_;
  Budget budget_;
  std::map<Key, const std::byte*, Less> forms_;
  std::vector<Mapping> chunks_;
  std::span<std::byte> free_;  // the rest of the last one
  std::unique_ptr<WeightCache> file_;
  uint64_t mapped_bytes_ = 0;
  bool fresh_ = false;    // a form was packed since settle()
  bool settled_ = false;  // once
  std::string file_state_;
};

}  // namespace samara::graph
