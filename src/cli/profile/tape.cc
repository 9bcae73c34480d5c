#include "cli/profile/tape.h"

#include <algorithm>
#include <chrono>

namespace samara::cli {

int64_t steady_ns() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

namespace {

/// Adds where there is room; says whether there was.
template <class T>
bool add(std::vector<T>& list, const T& value) {
  if (list.size() == list.capacity()) return false;
  list.push_back(value);
  return true;
}

/// Room for `times` as many, and half as much again, since runs differ.
template <class T>
void make_room(std::vector<T>& list, size_t times, size_t many) {
  std::vector<T>().swap(list);
  list.reserve((many + many / 2 + 16) * times);
}

}  // namespace

Tape::Tape(const schema::ModelFile& file, int threads) : threads_(size_t(std::max(threads, 1))) {
  for (const schema::Subgraph& graph : file.subgraphs()) {
    first_node_.push_back(int32_t(nodes_.size()));
    for (size_t i = 0; i < graph.operators.size(); ++i) {
      Node& node = nodes_.emplace_back();
      node.subgraph = int(first_node_.size()) - 1;
      node.index = int(i);
    }
  }
  // For the first run, which tells how much another one needs.
  make_room(events_, 16, nodes_.size() + 1000);
  make_room(runs_, 1, 1);
  for (auto& list : threads_) make_room(list, 4, nodes_.size() + 1000);
  pool_watch = this;
}

Tape::~Tape() {
  PoolWatch* watch = this;
  pool_watch.compare_exchange_strong(watch, nullptr);
}

void Tape::rewind(int64_t runs) {
  const size_t times = size_t(std::max<int64_t>(1, runs));
  make_room(events_, times, events_.size());
  make_room(runs_, times, 1);
  const size_t regions = threads_[0].size();  // the caller is in all of them
  for (auto& list : threads_) make_room(list, times, regions);
  left_out_ = 0;
}

void Tape::begin_run() {
  depth_ = 0;
  inner_ns_ = {};
  add(runs_, {steady_ns(), 0});
}

void Tape::end_run() { runs_.back().ns = steady_ns() - runs_.back().start_ns; }

void Tape::before(const graph::NodeInfo&, const graph::Operands&) {
  depth_ = std::min(depth_ + 1, kDepth - 1);
  inner_ns_[depth_] = 0;
}

void Tape::after(const graph::NodeInfo& info, const graph::Operands& operands,
                 int64_t nanoseconds) {
  Event event;
  event.node = first_node_[size_t(info.subgraph)] + info.index;
  event.run = int32_t(runs_.size()) - 1;
  event.ns = nanoseconds;
  event.start_ns = steady_ns() - nanoseconds;
  event.self_ns = nanoseconds - inner_ns_[depth_];
  depth_ -= depth_ > 0;
  event.depth = int32_t(depth_);
  inner_ns_[depth_] += nanoseconds;

  Node& node = nodes_[size_t(event.node)];
  node.bytes = 0;
  for (int i = 0; i < operands.outputs(); ++i) node.bytes += operands.out(i).bytes;
  if (operands.outputs() > 0) {
    node.type = operands.out(0).type;
    node.shape = operands.out(0).shape;
  }
  if (!add(events_, event)) left_out_.fetch_add(1, std::memory_order_relaxed);
}

void Tape::worked(int thread, int64_t begin_ns, int64_t end_ns) {
  // A pool that is not the session's may have more threads.
  if (size_t(thread) >= threads_.size() ||
      !add(threads_[size_t(thread)], {begin_ns, end_ns - begin_ns}))
    left_out_.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace samara::cli
