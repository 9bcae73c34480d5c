#include "cli/bench/profile.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

#include "base/text.h"

namespace samara::cli {
namespace {

__attribute__((format(printf, 1, 2))) std::string line(const char* format, ...) {
  char buffer[512];
  va_list list;
  va_start(list, format);
  const int n = std::vsnprintf(buffer, sizeof buffer, format, list);
  va_end(list);
  return std::string(buffer, size_t(std::clamp(n, 0, int(sizeof buffer) - 1)));
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace

void Profile::before(const graph::NodeInfo&, const graph::Operands&) { inner_ns_.push_back(0); }

void Profile::after(const graph::NodeInfo& node, const graph::Operands& operands,
                    int64_t nanoseconds) {
  const int64_t inner = inner_ns_.back();
  inner_ns_.pop_back();
  if (!inner_ns_.empty()) inner_ns_.back() += nanoseconds;
  uint64_t bytes = 0;
  for (int i = 0; i < operands.outputs(); ++i) bytes += operands.out(i).bytes;
  add(node, bytes, nanoseconds - inner);
}

void Profile::add(const graph::NodeInfo& node, uint64_t bytes, int64_t nanoseconds) {
  const double ms = double(nanoseconds) * 1e-6;
  auto [at, is_new] = nodes_.try_emplace({node.subgraph, node.index});
  Node& entry = at->second;
  if (is_new) {
    entry.op = node.op;
    entry.name = node.name;
    entry.order = int(nodes_.size()) - 1;
  }
  if (runs_ == 0 && entry.this_run_ms == 0) entry.start_ms = clock_ms_;
  entry.this_run_ms += ms;
  entry.bytes = bytes;
  ++entry.calls;
  clock_ms_ += ms;
}

void Profile::end_run() {
  for (auto& [key, node] : nodes_) {
    if (runs_ == 0) node.first_ms = node.this_run_ms;
    node.total_ms += node.this_run_ms;
    node.this_run_ms = 0;
  }
  runs_us_.add(clock_ms_ * 1e3);
  inner_ns_.clear();
  clock_ms_ = 0;
  ++runs_;
}

std::vector<const Profile::Node*> Profile::in_order() const {
  std::vector<const Node*> list;
  for (const auto& [key, node] : nodes_) list.push_back(&node);
  std::sort(list.begin(), list.end(), [](auto a, auto b) { return a->order < b->order; });
  return list;
}

double Profile::total_ms() const {
  double total = 0;
  for (const auto& [key, node] : nodes_) total += node.total_ms;
  return total;
}

std::string Profile::table(const std::string& title, const std::vector<const Node*>& nodes) const {
  std::string out =
      cat("============================== ", title, " ==============================\n");
  out += line("\t%24s\t%17s\t%9s\t%9s\t%8s\t%8s\t%10s\t%9s\t%s\n", "[node type]", "[start]",
              "[first]", "[avg ms]", "[%]", "[cdf%]", "[mem KB]", "[times called]", "[Name]");
  const double total = std::max(total_ms(), 1e-12);
  double sum = 0;
  for (const Node* node : nodes) {
    sum += node->total_ms;
    out +=
        line("\t%24s\t%17.3f\t%9.3f\t%9.3f\t%7.3f%%\t%7.3f%%\t%10.3f\t%9.0f\t", node->op.c_str(),
             node->start_ms, node->first_ms, node->total_ms / double(std::max<int64_t>(1, runs_)),
             100 * node->total_ms / total, 100 * sum / total, double(node->bytes) * 1e-3,
             double(node->calls) / double(std::max<int64_t>(1, runs_)));
    out += cat("[", node->name, "]:", node->order, "\n");
  }
  return out;
}

std::string Profile::by_type() const {
  struct Type {
    std::string op;
    int64_t nodes = 0, calls = 0;
    double ms = 0;
    uint64_t bytes = 0;
  };
  std::vector<Type> types;
  for (const auto& [key, node] : nodes_) {
    auto at =
        std::find_if(types.begin(), types.end(), [&](const Type& t) { return t.op == node.op; });
    if (at == types.end()) at = types.insert(types.end(), {node.op});
    ++at->nodes;
    at->calls += node.calls;
    at->ms += node.total_ms;
    at->bytes += node.bytes;
  }
  std::sort(types.begin(), types.end(), [](const Type& a, const Type& b) { return a.ms > b.ms; });
  std::string out =
      "============================== Summary by node type ==============================\n";
  out += line("\t%24s\t%9s\t%10s\t%11s\t%11s\t%10s\t%9s\n", "[Node type]", "[count]", "[avg ms]",
              "[avg %]", "[cdf %]", "[mem KB]", "[times called]");
  const double total = std::max(total_ms(), 1e-12), runs = double(std::max<int64_t>(1, runs_));
  double sum = 0;
  for (const Type& type : types) {
    sum += type.ms;
    out += line("\t%24s\t%9lld\t%10.3f\t%10.3f%%\t%10.3f%%\t%10.3f\t%9.0f\n", type.op.c_str(),
                static_cast<long long>(type.nodes), type.ms / runs, 100 * type.ms / total,
                100 * sum / total, double(type.bytes) * 1e-3, double(type.calls) / runs);
  }
  return out;
}

std::string Profile::tables() const {
  const auto order = in_order();
  auto top = order;
  std::stable_sort(top.begin(), top.end(),
                   [](auto a, auto b) { return a->total_ms > b->total_ms; });
  if (top.size() > 10) top.resize(10);
  return cat("Operator-wise Profiling Info for Regular Benchmark Runs:\n",
             table("Run Order", order), "\n", table("Top by Computation Time", top),
             "\nNumber of nodes executed: ", nodes_.size(), "\n", by_type(),
             "\nTimings (microseconds): ", runs_us_.text(), "\nMemory (bytes): count=0\n",
             nodes_.size(), " nodes observed\n\n");
}

std::string Profile::csv() const {
  std::string out = "node type, start, first, avg_ms, %, cdf%, mem KB, times called, name\n";
  const double total = std::max(total_ms(), 1e-12), runs = double(std::max<int64_t>(1, runs_));
  double sum = 0;
  for (const Node* node : in_order()) {
    sum += node->total_ms;
    out += cat(node->op, ", ", node->start_ms, ", ", node->first_ms, ", ", node->total_ms / runs,
               ", ", 100 * node->total_ms / total, "%, ", 100 * sum / total, "%, ",
               double(node->bytes) * 1e-3, ", ", double(node->calls) / runs, ", ",
               quoted(node->name), "\n");
  }
  return out;
}

json::Json Profile::json() const {
  json::Json list = json::Json::array();
  const double runs = double(std::max<int64_t>(1, runs_));
  for (const Node* node : in_order()) {
    list.push(json::Json::object({{"op", node->op},
                                  {"name", node->name},
                                  {"avg_ms", node->total_ms / runs},
                                  {"first_ms", node->first_ms},
                                  {"bytes", node->bytes},
                                  {"calls", double(node->calls) / runs}}));
  }
  return list;
}

}  // namespace samara::cli
