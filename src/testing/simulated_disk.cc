#include "testing/simulated_disk.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace samara::testing {
namespace {

SimulatedDisk* mounted = nullptr;

/// splitmix64.
uint64_t draw(uint64_t& seed) {
  uint64_t z = (seed += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

int fail(int error) {
  errno = error;
  return -1;
}

bool inside(const std::string& path, const std::string& folder) {
  return !path.empty() && folder_of(path) == folder;
}

}  // namespace

// The table's functions. Each does its checks, its work, and reports the change.
struct SimulatedDisk::Calls {
  static SimulatedDisk& disk() { return *mounted; }

  static int make(SimulatedDisk& d, const char* path, bool folder) {
    const auto above = d.live_.find(folder_of(path));
    if (above == d.live_.end()) return fail(ENOENT);
    if (!d.nodes_[above->second]->folder) return fail(ENOTDIR);
    if (d.read_only) return fail(EROFS);
    d.nodes_.push_back(std::make_shared<Node>(Node{folder, "", "", {}}));
    d.pending_.push_back({"", path, static_cast<int>(d.nodes_.size()) - 1});
    apply(d.pending_.back(), d.live_);
    return 0;
  }

  static int open(const char* path, int flags, mode_t) {
    SimulatedDisk& d = disk();
    if (const int error = d.turn(); error > 0) return fail(error);
    const bool writes = (flags & O_ACCMODE) != O_RDONLY;
    const bool made = !d.live_.contains(path);
    const int wrong = made ? O_CREAT : O_CREAT | O_EXCL;
    if ((flags & wrong) == (made ? 0 : wrong)) return fail(made ? ENOENT : EEXIST);
    if (made && make(d, path, false) != 0) return -1;
    const auto found = d.live_.find(path);
    const Node& node = *d.nodes_[found->second];
    if (writes && d.read_only) return fail(EROFS);
    if (writes && node.folder) return fail(EISDIR);
    if ((flags & O_DIRECTORY) && !node.folder) return fail(ENOTDIR);
    const int fd = d.next_fd_++;
    d.open_[fd] = {found->second, false, false, 0, (flags & O_APPEND) != 0};
    if (made) d.changed("open");
    return fd;
  }

  static int close(int fd) { return disk().open_.erase(fd) == 1 ? 0 : fail(EBADF); }

  static int fstat(int fd, struct stat* out) {
    SimulatedDisk& d = disk();
    if (const int error = d.turn(); error > 0) return fail(error);
    const OpenFile& file = d.open_.at(fd);
    const Node& node = *d.nodes_[file.node];
    *out = {};
    out->st_mode = node.folder ? S_IFDIR | 0755 : S_IFREG | 0644;
    out->st_ino = static_cast<ino_t>(file.node + 1);
    out->st_size = static_cast<off_t>(node.live.size());
    return 0;
  }

  static ssize_t pread(int fd, void* out, size_t size, off_t offset) {
    SimulatedDisk& d = disk();
    const int error = d.turn();
    if (error > 0) return fail(error);
    const std::string& live = d.nodes_[d.open_.at(fd).node]->live;
    const auto at = static_cast<size_t>(offset);
    if (at >= live.size()) return 0;
    size = std::min(size, live.size() - at);
    if (error < 0) size = (size + 1) / 2;
    std::memcpy(out, live.data() + at, size);
    return static_cast<ssize_t>(size);
  }

  static ssize_t write(int fd, const void* data, size_t size) {
    SimulatedDisk& d = disk();
    const int error = d.turn();
    if (error > 0) return fail(error);
    OpenFile& file = d.open_.at(fd);
    Node& node = d.own(file.node);
    const uint64_t room = d.capacity - std::min(d.capacity, d.used());
    if (size > 0 && room == 0) return fail(ENOSPC);
    size = static_cast<size_t>(std::min<uint64_t>(size, room));
    if (error < 0) size = (size + 1) / 2;
    if (file.append) file.at = node.live.size();
    node.pending.push_back({file.at, std::string(static_cast<const char*>(data), size), false});
    apply(node.pending.back(), node.live);
    file.at += size;
    d.changed("write");
    return static_cast<ssize_t>(size);
  }

  static int fsync(int fd) {
    SimulatedDisk& d = disk();
    const int error = d.turn();
    const int id = d.open_.at(fd).node;
    Node& node = d.own(id);
    if (error > 0) {
      // As Linux does: what could not be written is forgotten, and the next fsync succeeds.
      node.pending.clear();
      return fail(error);
    }
    if (node.folder) {
      for (const auto& [path, other] : d.live_)
        if (other == id) d.sync_names(path);
    } else {
      node.synced = node.live;
      node.pending.clear();
    }
    d.changed("fsync");
    return 0;
  }

  static int rename(const char* from, const char* to) {
    SimulatedDisk& d = disk();
    if (const int error = d.turn(); error > 0) return fail(error);
    if (d.read_only) return fail(EROFS);
    const auto found = d.live_.find(from);
    if (found == d.live_.end() || !d.live_.contains(folder_of(to))) return fail(ENOENT);
    d.pending_.push_back({from, to, found->second});
    apply(d.pending_.back(), d.live_);
    d.changed("rename");
    return 0;
  }

  static int unlink(const char* path) {
    SimulatedDisk& d = disk();
    if (const int error = d.turn(); error > 0) return fail(error);
    if (d.read_only) return fail(EROFS);
    const auto found = d.live_.find(path);
    if (found == d.live_.end()) return fail(ENOENT);
    if (d.nodes_[found->second]->folder) return fail(EISDIR);
    d.pending_.push_back({path, "", found->second});
    apply(d.pending_.back(), d.live_);
    d.changed("unlink");
    return 0;
  }

  /// Memory that no file is behind is the machine's own.
  static void* mmap(void* at, size_t size, int protection, int flags, int fd, off_t offset) {
    if (fd < 0) return ::mmap(at, size, protection, flags, fd, offset);
    errno = ENODEV;
    return reinterpret_cast<void*>(-1);
  }

  static int ftruncate(int fd, off_t size) {
    SimulatedDisk& d = disk();
    if (const int error = d.turn(); error > 0) return fail(error);
    Node& node = d.own(d.open_.at(fd).node);
    node.pending.push_back({static_cast<uint64_t>(size), "", true});
    apply(node.pending.back(), node.live);
    d.changed("ftruncate");
    return 0;
  }

  static int mkdir(const char* path, mode_t) {
    SimulatedDisk& d = disk();
    if (const int error = d.turn(); error > 0) return fail(error);
    if (d.live_.contains(path)) return fail(EEXIST);
    if (make(d, path, true) != 0) return -1;
    d.changed("mkdir");
    return 0;
  }

  static int flock(int fd, int operation) {
    SimulatedDisk& d = disk();
    if (const int error = d.turn(); error > 0) return fail(error);
    OpenFile& mine = d.open_.at(fd);
    const bool shared = (operation & LOCK_SH) != 0;
    for (const auto& [other, file] : d.open_) {
      if (other == fd || file.node != mine.node || !file.locked || (shared && file.shared))
        continue;
      return fail((operation & LOCK_NB) ? EWOULDBLOCK : EDEADLK);  // nobody would ever let go
    }
    mine.locked = true;
    mine.shared = shared;
    return 0;
  }

  static int list(const char* path, std::vector<std::string>* names) {
    SimulatedDisk& d = disk();
    if (const int error = d.turn(); error > 0) return fail(error);
    const auto found = d.live_.find(path);
    if (found == d.live_.end()) return fail(ENOENT);
    if (!d.nodes_[found->second]->folder) return fail(ENOTDIR);
    for (const auto& [name, node] : d.live_)
      if (name != "/" && inside(name, path)) names->push_back(name.substr(name.rfind('/') + 1));
    return 0;
  }

  static int space(const char*, uint64_t* free) {
    SimulatedDisk& d = disk();
    if (const int error = d.turn(); error > 0) return fail(error);
    *free = d.capacity - std::min(d.capacity, d.used());
    return 0;
  }

  static constexpr FileSystem kTable = {open,   close, fstat,     pread, write, fsync, rename,
                                        unlink, mmap,  ftruncate, mkdir, flock, list,  space};
};

SimulatedDisk::SimulatedDisk() {
  nodes_.push_back(std::make_shared<Node>());
  nodes_[0]->folder = true;
  live_["/"] = synced_["/"] = 0;
}

SimulatedDisk::Mount::Mount(SimulatedDisk& disk) : before_(mounted), scope_(Calls::kTable) {
  mounted = &disk;
}
SimulatedDisk::Mount::~Mount() {
  mounted->open_.clear();  // the process is gone
  mounted = before_;
}

void SimulatedDisk::put(const std::string& path, const std::string& content) {
  std::string above = folder_of(path);
  std::vector<std::string> missing;
  for (; !live_.contains(above); above = folder_of(above)) missing.push_back(above);
  for (; !missing.empty(); missing.pop_back()) {
    nodes_.push_back(std::make_shared<Node>());
    nodes_.back()->folder = true;
    live_[missing.back()] = synced_[missing.back()] = static_cast<int>(nodes_.size()) - 1;
  }
  nodes_.push_back(std::make_shared<Node>(Node{false, content, content, {}}));
  live_[path] = synced_[path] = static_cast<int>(nodes_.size()) - 1;
}

std::string SimulatedDisk::content(const std::string& path) const {
  const auto found = live_.find(path);
  return found == live_.end() ? "" : nodes_[found->second]->live;
}

std::vector<std::string> SimulatedDisk::paths() const {
  std::vector<std::string> out;
  for (const auto& [path, node] : live_)
    if (!nodes_[node]->folder) out.push_back(path);
  return out;
}

int SimulatedDisk::turn() {
  const int call = calls++;
  if (fault.at < 0 || call < fault.at || (call > fault.at && !fault.for_ever)) return 0;
  return fault.error ? fault.error : -1;
}

void SimulatedDisk::changed(const char* call) const {
  if (after_change) after_change(call);
}

SimulatedDisk::Node& SimulatedDisk::own(int node) {
  auto& at = nodes_[node];
  if (at.use_count() > 1) at = std::make_shared<Node>(*at);
  return *at;
}

uint64_t SimulatedDisk::used() const {
  uint64_t sum = 0;
  for (const auto& [path, node] : live_) sum += nodes_[node]->live.size();
  return sum;
}

void SimulatedDisk::apply(const Change& change, std::string& content) {
  if (change.is_length) {
    content.resize(change.at);
    return;
  }
  if (content.size() < change.at + change.bytes.size())
    content.resize(change.at + change.bytes.size());
  content.replace(change.at, change.bytes.size(), change.bytes);
}

void SimulatedDisk::apply(const NameChange& change, std::map<std::string, int>& names) {
  if (!change.from.empty()) names.erase(change.from);
  if (!change.to.empty()) names[change.to] = change.node;
}

void SimulatedDisk::close_over(std::vector<bool>& chosen) const {
  const auto builds_on = [](const NameChange& later, const NameChange& earlier) {
    for (const std::string* mine : {&later.from, &later.to}) {
      if (mine->empty()) continue;
      if (*mine == earlier.from || *mine == earlier.to || inside(*mine, earlier.to)) return true;
    }
    return false;
  };
  for (size_t later = pending_.size(); later-- > 0;) {
    if (!chosen[later]) continue;
    for (size_t earlier = 0; earlier < later; ++earlier)
      if (builds_on(pending_[later], pending_[earlier])) chosen[earlier] = true;
  }
}

void SimulatedDisk::sync_names(const std::string& folder) {
  std::vector<bool> chosen(pending_.size());
  for (size_t i = 0; i < pending_.size(); ++i)
    chosen[i] = inside(pending_[i].from, folder) || inside(pending_[i].to, folder);
  close_over(chosen);
  std::vector<NameChange> left;
  for (size_t i = 0; i < pending_.size(); ++i) {
    if (chosen[i]) {
      apply(pending_[i], synced_);
    } else {
      left.push_back(pending_[i]);
    }
  }
  pending_ = std::move(left);
}

void SimulatedDisk::lose_data(Node& node, Cut how, uint64_t& seed) const {
  std::string found = node.synced;
  switch (how) {
    case Cut::drop:
      break;
    case Cut::keep:
      found = node.live;
      break;
    case Cut::torn:
      for (size_t i = 0; i + 1 < node.pending.size(); ++i) apply(node.pending[i], found);
      if (!node.pending.empty()) {
        Change last = node.pending.back();
        if (!last.bytes.empty()) last.bytes.resize(draw(seed) % last.bytes.size());
        apply(last, found);
      }
      break;
    case Cut::shuffled:
      for (Change change : node.pending) {
        const uint64_t dice = draw(seed) % 4;
        if (dice == 0) continue;
        if (dice == 1)  // the length is there, the page is not
          std::fill(change.bytes.begin(), change.bytes.end(), draw(seed) % 2 ? '\0' : '\xa5');
        apply(change, found);
      }
      break;
  }
  node = {node.folder, found, found, {}};
}

SimulatedDisk SimulatedDisk::after_power_loss(Cut how, uint64_t seed) const {
  SimulatedDisk out = *this;
  std::vector<bool> chosen(pending_.size(), how == Cut::keep || how == Cut::torn);
  if (how == Cut::shuffled) {
    for (size_t i = 0; i < chosen.size(); ++i) chosen[i] = draw(seed) % 2 == 0;
    close_over(chosen);
  }
  out.live_ = synced_;
  for (size_t i = 0; i < pending_.size(); ++i)
    if (chosen[i]) apply(pending_[i], out.live_);
  out.synced_ = out.live_;
  out.pending_.clear();
  for (const auto& [path, node] : out.live_)
    if (!nodes_[node]->pending.empty() || nodes_[node]->live != nodes_[node]->synced)
      out.lose_data(out.own(node), how, seed);
  out.open_.clear();
  out.after_change = nullptr;
  out.fault = {};
  out.calls = 0;
  return out;
}

size_t SimulatedDisk::unsynced() const {
  size_t count = pending_.size();
  for (const auto& [path, node] : live_) count += nodes_[node]->pending.size();
  return count;
}

uint64_t SimulatedDisk::fingerprint() const {
  std::string all;
  for (const auto& [path, node] : live_) {
    all += path + '\0' + std::to_string(nodes_[node]->live.size()) + '\0';
    all += nodes_[node]->live;
  }
  return std::hash<std::string>()(all);
}

}  // namespace samara::testing
