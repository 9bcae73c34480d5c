#include "cli/profile/trace.h"

#include <algorithm>
#include <map>

#include "base/text.h"

namespace samara::cli {
namespace {

using json::Json;

constexpr int kProcess = 1;

class Events {
 public:
  explicit Events(int64_t origin_ns) : origin_ns_(origin_ns) {}

  void name_thread(int thread, std::string_view name) {
    list_.push(event("M", "thread_name", thread).set("args", Json::object({{"name", name}})));
    list_.push(event("M", "thread_sort_index", thread)
                   .set("args", Json::object({{"sort_index", thread}})));
  }
  void span(int thread, std::string_view category, std::string_view name, int64_t start_ns,
            int64_t ns, Json args = Json::object()) {
    list_.push(event("X", name, thread)
                   .set("cat", category)
                   .set("ts", micros(start_ns))
                   .set("dur", double(ns) * 1e-3)
                   .set("args", std::move(args)));
  }
  void counter(const char* name, int64_t at_ns, const char* what, uint64_t value) {
    list_.push(
        event("C", name, 0).set("ts", micros(at_ns)).set("args", Json::object({{what, value}})));
  }
  void name_process(std::string_view name) {
    list_.push(event("M", "process_name", 0).set("args", Json::object({{"name", name}})));
  }
  Json take() { return std::move(list_); }

 private:
  static Json event(std::string_view phase, std::string_view name, int thread) {
    return Json::object({{"ph", phase}, {"name", name}, {"pid", kProcess}, {"tid", thread}});
  }
  double micros(int64_t ns) const { return double(ns - origin_ns_) * 1e-3; }

  int64_t origin_ns_;
  Json list_ = Json::array();
};

void add_calls(const Profiled& p, Events& events) {
  const Tape& tape = *p.tape;
  const LiveBytes live = live_bytes(p.plan);
  std::map<std::pair<int, int>, const PlannedNode*> planned;
  for (const PlannedNode& node : p.plan.nodes) planned[{node.subgraph, node.index}] = &node;
  for (const Tape::Event& e : tape.events()) {
    if (e.ns == 0) continue;  // computed before the runs
    const Tape::Node& node = tape.nodes()[size_t(e.node)];
    const auto plan = planned.find({node.subgraph, node.index});
    Json args = Json::object({{"name", name_of(*p.file, node)},
                              {"node", cat(node.subgraph, ":", node.index)},
                              {"out_bytes", node.bytes}});
    if (plan != planned.end() && !plan->second->kernel.empty())
      args.set("kernel", plan->second->kernel);
    if (plan != planned.end() && !plan->second->note.empty()) args.set("note", plan->second->note);
    args.set("self_us", double(e.self_ns) * 1e-3);
    events.span(0, "operator", op_of(*p.file, node), e.start_ns, e.ns, std::move(args));
    if (e.depth == 0)
      events.counter("live activations", e.start_ns, "bytes",
                     live_at(live, node.subgraph, node.index));
  }
}

/// A part of a region is named after the operator that it belongs to.
void add_threads(const Profiled& p, Events& events) {
  std::vector<const Tape::Event*> leaves;
  for (const Tape::Event& e : p.tape->events())
    if (e.ns > 0) leaves.push_back(&e);
  std::ranges::sort(leaves, {}, &Tape::Event::start_ns);
  const auto& threads = p.tape->threads();
  for (size_t i = 1; i < threads.size(); ++i) {
    events.name_thread(int(i), cat("worker ", i));
    for (const Tape::Part& part : threads[i]) {
      const auto after =
          std::ranges::upper_bound(leaves, part.start_ns, {}, &Tape::Event::start_ns);
      const std::string_view op =
          after == leaves.begin()
              ? "region"
              : op_of(*p.file, p.tape->nodes()[size_t((*std::prev(after))->node)]);
      events.span(int(i), "worker", op, part.start_ns, part.ns);
    }
  }
}

}  // namespace

std::string trace_of(const Profiled& p) {
  int64_t origin = p.steps.empty() ? 0 : p.steps[0].start_ns;
  if (p.steps.empty() && !p.tape->runs().empty()) origin = p.tape->runs()[0].start_ns;
  Events events(origin);
  events.name_process(cat("samara ", p.flags.model));
  events.name_thread(0, "session");
  for (const ProfileStep& step : p.steps) events.span(0, "step", step.name, step.start_ns, step.ns);
  for (size_t i = 0; i < p.tape->runs().size(); ++i) {
    const Tape::Part& run = p.tape->runs()[i];
    events.span(0, "run", cat("run ", i), run.start_ns, run.ns);
  }
  add_calls(p, events);
  add_threads(p, events);
  return Json::object({{"displayTimeUnit", "ms"}, {"traceEvents", events.take()}}).dump() + "\n";
}

}  // namespace samara::cli
