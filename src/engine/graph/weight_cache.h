// WeightCache: a model's packed constants in a file, mapped at the next start.
//
// A file holds the forms of one model for one CPU, one way of rounding and one version of the
// packers: all that decides a form's bytes goes into its key, the sources that pack among them, so
// that nobody has to count up a version. It is written beside its name and renamed, so that any
// number of processes may read and write it at once, and checked before it is believed: who may
// write to it, key, sizes, and each form's checksum when it is asked for. Whatever is wrong counts as
// there being none. Forms hold values, never places: one that is forged all the same changes what a
// model computes, not where it reads or writes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/file.h"
#include "samara/base/result.h"

namespace samara::graph {

/// One packed form of a node's constants.
struct PackedForm {
  int32_t subgraph = 0, node = 0;  // the node's number
  std::string_view what;
  uint64_t bytes = 0;
  const std::byte* data = nullptr;
};

class WeightCache {
 public:
  /// Files of caches end in this, unfinished ones in more.
  static constexpr std::string_view kSuffix = ".samara-packed";

  struct Place {
    std::string folder;
    uint64_t limit = 0;  // most bytes of all caches in the folder
    std::string label;   // the model's name, for people
    std::string model;   // what tells it from all others
    std::string how;     // what else decides the packed forms
  };
  /// Looks whether there is a file, and maps it.
  explicit WeightCache(const Place& place);

  /// The form's bytes, wherever `wanted` says that they lie; null where the file has none that are
  /// whole.
  const std::byte* find(const PackedForm& wanted);
  /// Writes a file of these forms and of those that the last one had besides, and removes those in
  /// the folder that were of no use for longest where they are more than the limit.
  /// Errors: resource_exhausted (the limit, the disk), data_loss (the mapped file was cut short),
  /// system's.
  Status save(std::span<const PackedForm> forms);
  /// False once the mapped file was cut short.
  bool intact() const { return mapping_.intact(); }
  const std::string& path() const { return path_; }

  /// What a file in a cache's folder says about itself.
  struct About {
    std::string name, label;
    uint64_t bytes = 0;
    int64_t used_ns = 0;  // of the system's clock
    bool whole = false;   // false: no cache, or a damaged or unfinished one
  };
  static Result<std::vector<About>> list(const std::string& folder);
  /// Removes all of them, unfinished ones too, and nothing else; how many bytes that were.
  static Result<uint64_t> clear(const std::string& folder);

 private:
  using Key = std::tuple<int32_t, int32_t, uint64_t, uint64_t>;  // subgraph, node, what, bytes
  struct Held {
    uint64_t offset = 0, checksum = 0;
    bool checked = false;
  };
  static Key key_of(const PackedForm& form);
  Status open();
  const std::byte* whole(const Key& key, Held& held) const;

  std::string folder_, label_, path_;
  uint64_t limit_;
  std::array<std::byte, 32> key_;
  Mapping mapping_;
  std::map<Key, Held> held_;
};

}  // namespace samara::graph
