// SimulatedDisk: a file system in memory that behaves as badly as POSIX allows.
//
// What was not synced is remembered call by call. after_power_loss() makes the disk that a machine
// may find after a cut: unsynced writes dropped, kept, torn in the middle or in another order; names
// likewise, where a name needs its folder's sync, not the file's. A rename is atomic; names that
// build on each other keep their order. Any call can be made to fail, once or from then on.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"

namespace samara::testing {

enum class Cut : uint8_t {
  drop,     // only what was synced
  keep,     // everything
  torn,     // everything, but each file's last unsynced write ends in the middle
  shuffled  // any of the unsynced writes and names; pages that are missing are zeroes or garbage
};

/// The call, counted over all kinds, that fails; `error` 0 makes a write or read a short one.
struct DiskFault {
  int at = -1;
  int error = 0;
  bool for_ever = false;
};

class SimulatedDisk {
 public:
  /// Has the folder "/".
  SimulatedDisk();

  /// A file that is there and synced, with the folders above it.
  void put(const std::string& path, const std::string& content);
  /// The content as a program sees it; "" where there is no such file.
  std::string content(const std::string& path) const;
  std::vector<std::string> paths() const;

  /// The disk that is found when the power fails now.
  SimulatedDisk after_power_loss(Cut how, uint64_t seed) const;
  /// Writes and names that a power loss could still change.
  size_t unsynced() const;
  /// Equal for equal names and contents.
  uint64_t fingerprint() const;

  int calls = 0;  // so far
  DiskFault fault;
  bool read_only = false;
  uint64_t capacity = ~uint64_t{0};
  /// Called after each call that changes something, with its name.
  std::function<void(const char* call)> after_change;

  /// While it lives, base's FileSystem is this disk. One at a time.
  class Mount {
   public:
    explicit Mount(SimulatedDisk& disk);
    ~Mount();
    Mount(const Mount&) = delete;
    Mount& operator=(const Mount&) = delete;

   private:
    SimulatedDisk* before_;
    ScopedFileSystem scope_;
  };

 private:
  struct Change {  // a write at an offset, or a new length
    uint64_t at = 0;
    std::string bytes;
    bool is_length = false;
  };
  struct Node {
    bool folder = false;
    std::string live;
    std::string synced;
    std::vector<Change> pending;
  };
  struct NameChange {  // add: no `from`; remove: no `to`; else a rename
    std::string from;
    std::string to;
    int node = -1;
  };
  struct OpenFile {
    int node = -1;
    bool locked = false;
    bool shared = false;
    uint64_t at = 0;
    bool append = false;
  };
  struct Calls;
  friend struct Calls;

  /// The fault, if it is this call's turn: an errno, or -1 for a short one; 0: go on.
  int turn();
  void changed(const char* call) const;
  Node& own(int node);
  uint64_t used() const;
  static void apply(const Change& change, std::string& content);
  static void apply(const NameChange& change, std::map<std::string, int>& names);
  /// Chooses with each name change those before it that it builds on.
  void close_over(std::vector<bool>& chosen) const;
  void sync_names(const std::string& folder);
  void lose_data(Node& node, Cut how, uint64_t& seed) const;

  std::vector<std::shared_ptr<Node>> nodes_;
  std::map<std::string, int> live_;
  std::map<std::string, int> synced_;
  std::vector<NameChange> pending_;
  std::map<int, OpenFile> open_;
  int next_fd_ = 1000;
};

}  // namespace samara::testing
