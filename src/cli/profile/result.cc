#include "cli/profile/result.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "cli/bench/profile.h"
#include "cli/inspect/inspect.h"
#include "samara/runtime/about.h"

namespace samara::cli {
namespace {

using json::Json;

double micros(int64_t ns) { return double(ns) * 1e-3; }

/// Of one node over the watched runs: its own time in each run in which it was called.
struct NodeTimes {
  std::vector<int64_t> run_ns;  // sorted
  int64_t calls = 0;

  double mean_us(size_t runs) const {
    int64_t sum = 0;
    for (const int64_t ns : run_ns) sum += ns;
    return micros(sum) / double(std::max<size_t>(1, runs));
  }
  double median_us() const { return run_ns.empty() ? 0 : micros(run_ns[run_ns.size() / 2]); }
  double least_us() const { return run_ns.empty() ? 0 : micros(run_ns[0]); }
};

std::vector<NodeTimes> times_of(const Tape& tape) {
  std::vector<NodeTimes> all(tape.nodes().size());
  std::vector<int32_t> last_run(all.size(), -1);
  for (const Tape::Event& event : tape.events()) {
    NodeTimes& node = all[size_t(event.node)];
    ++node.calls;
    if (last_run[size_t(event.node)] != event.run) node.run_ns.push_back(0);
    last_run[size_t(event.node)] = event.run;
    node.run_ns.back() += event.self_ns;
  }
  for (NodeTimes& node : all) std::ranges::sort(node.run_ns);
  return all;
}

/// What the plan says of the tape's nodes; null where it never came to one.
std::vector<const PlannedNode*> planned_nodes(const Profiled& p) {
  std::map<std::pair<int, int>, const PlannedNode*> found;
  for (const PlannedNode& node : p.plan.nodes) found[{node.subgraph, node.index}] = &node;
  std::vector<const PlannedNode*> list;
  for (const Tape::Node& node : p.tape->nodes()) {
    const auto at = found.find({node.subgraph, node.index});
    list.push_back(at == found.end() ? nullptr : at->second);
  }
  return list;
}

struct Sums {
  int64_t nodes = 0, calls = 0;
  double us = 0;
};

Json types_json(const std::map<std::string_view, Sums>& types, double total, double runs) {
  std::vector<std::pair<std::string_view, Sums>> list(types.begin(), types.end());
  std::ranges::stable_sort(list, [](auto& a, auto& b) { return a.second.us > b.second.us; });
  Json out = Json::array();
  for (const auto& [op, sums] : list) {
    out.push(Json::object({{"op", op},
                           {"nodes", sums.nodes},
                           {"calls", double(sums.calls) / runs},
                           {"median_us", sums.us},
                           {"part", total > 0 ? sums.us / total : 0.0}}));
  }
  return out;
}

void add_nodes(const Profiled& p, Json& out) {
  const std::vector<NodeTimes> times = times_of(*p.tape);
  const auto planned = planned_nodes(p);
  const size_t runs = p.tape->runs().size();
  double total = 0;  // medians are what a busy machine's pauses do not change
  for (const NodeTimes& node : times) total += node.median_us();

  std::map<std::string_view, Sums> types;
  Json list = Json::array();
  for (size_t i = 0; i < times.size(); ++i) {
    const Tape::Node& node = p.tape->nodes()[i];
    const schema::Operator& op =
        p.file->subgraphs()[size_t(node.subgraph)].operators[size_t(node.index)];
    const double us = times[i].median_us();
    Json entry = Json::object({{"subgraph", node.subgraph}, {"index", node.index}});
    entry.set("op", op_of(*p.file, node)).set("name", name_of(*p.file, node));
    entry.set("kernel", planned[i] ? planned[i]->kernel : "");
    entry.set("note", planned[i] ? planned[i]->note : "not called in these runs");
    entry.set("type", name(node.type)).set("shape", Json::list(node.shape.dims()));
    entry.set("out_bytes", node.bytes);
    entry.set("calls", double(times[i].calls) / double(std::max<size_t>(1, runs)));
    entry.set("median_us", us).set("mean_us", times[i].mean_us(runs));
    entry.set("least_us", times[i].least_us()).set("part", total > 0 ? us / total : 0.0);
    entry.set("inputs", Json::list(op.inputs)).set("outputs", Json::list(op.outputs));
    list.push(std::move(entry));
    if (times[i].calls == 0) continue;
    Sums& sums = types[op_of(*p.file, node)];
    ++sums.nodes;
    sums.calls += times[i].calls;
    sums.us += us;
  }
  out.set("types", types_json(types, total, double(std::max<size_t>(1, runs))));
  out.set("nodes", std::move(list));
}

Json runs_json(const Timings& runs) {
  return Json::object({{"runs", runs.count()},
                       {"mean_us", runs.mean()},
                       {"median_us", runs.percentile(0.5)},
                       {"p90_us", runs.percentile(0.9)},
                       {"p99_us", runs.percentile(0.99)},
                       {"least_us", runs.least()},
                       {"most_us", runs.most()}});
}

/// The run of median length, all times from its start.
Json timeline_json(const Tape& tape) {
  if (tape.runs().empty()) return Json();
  std::vector<size_t> order(tape.runs().size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [&](size_t i) { return tape.runs()[i].ns; });
  const size_t run = order[order.size() / 2];
  const Tape::Part& whole = tape.runs()[run];

  Json calls = Json::array(), threads = Json::array();
  for (const Tape::Event& e : tape.events())
    if (size_t(e.run) == run && e.ns > 0)
      calls.push(Json::array({e.node, e.depth, micros(e.start_ns - whole.start_ns), micros(e.ns)}));
  for (const auto& thread : tape.threads()) {
    Json parts = Json::array();
    for (const Tape::Part& part : thread)
      if (part.start_ns >= whole.start_ns && part.start_ns < whole.start_ns + whole.ns)
        parts.push(Json::array({micros(part.start_ns - whole.start_ns), micros(part.ns)}));
    threads.push(std::move(parts));
  }
  Json out = Json::object({{"run", run}, {"us", micros(whole.ns)}});
  return out.set("calls", std::move(calls)).set("threads", std::move(threads));
}

Json threads_json(const Tape& tape) {
  const double runs = double(std::max<size_t>(1, tape.runs().size()));
  Json list = Json::array();
  for (const auto& thread : tape.threads()) {
    int64_t ns = 0;
    for (const Tape::Part& part : thread) ns += part.ns;
    list.push(Json::object(
        {{"regions", double(thread.size()) / runs}, {"in_regions_us", micros(ns) / runs}}));
  }
  return list;
}

Json memory_json(const Profiled& p) {
  Json memory = Json::object({{"arena_bytes", p.plan.arena_bytes},
                              {"constant_bytes", p.plan.constant_bytes},
                              {"packed_bytes", p.plan.packed_bytes},
                              {"resident_mb", p.resident_mb}});
  Json arenas = Json::array();
  for (const ArenaUse& use : arena_use(p.plan)) {
    arenas.push(Json::object({{"subgraph", use.subgraph},
                              {"planned_bytes", use.planned_bytes},
                              {"most_live_bytes", use.most_bytes},
                              {"most_live_at", use.most_at}}));
  }
  memory.set("arenas", std::move(arenas));
  const Json plan = plan_of(p.plan);
  return memory.set("tensors", *plan.find("tensors"));
}

}  // namespace

LiveBytes live_bytes(const PlanReport& plan) {
  LiveBytes bytes;  // first what comes and goes, modulo 2^64, then the sums
  for (const PlannedTensor& t : plan.tensors) {
    // Where it takes over memory, the tensor before it counts at that place.
    const int first = t.first_node + (t.shares_with >= 0 ? 1 : 0);
    if (first > t.last_node) continue;
    bytes[{t.subgraph, first}] += t.bytes;
    bytes[{t.subgraph, t.last_node + 1}] -= t.bytes;
  }
  uint64_t live = 0;  // 0 again at the end of each subgraph
  for (auto& [place, change] : bytes) change = live += change;
  return bytes;
}

uint64_t live_at(const LiveBytes& live, int subgraph, int place) {
  const auto after = live.upper_bound({subgraph, place});
  if (after == live.begin()) return 0;
  const auto& [from, bytes] = *std::prev(after);
  return from.first == subgraph ? bytes : 0;
}

std::vector<ArenaUse> arena_use(const PlanReport& plan) {
  std::map<int, ArenaUse> arenas;
  for (const PlannedTensor& t : plan.tensors) {
    ArenaUse& use = arenas[t.subgraph];
    use.subgraph = t.subgraph;
    use.planned_bytes = std::max(use.planned_bytes, t.offset + t.bytes);
  }
  for (const auto& [place, bytes] : live_bytes(plan)) {
    ArenaUse& use = arenas[place.first];
    if (bytes <= use.most_bytes) continue;
    use.most_bytes = bytes;
    use.most_at = place.second;
  }
  std::vector<ArenaUse> out;
  for (const auto& [subgraph, use] : arenas) out.push_back(use);
  return out;
}

std::string_view op_of(const schema::ModelFile& file, const Tape::Node& node) {
  const auto& graph = file.subgraphs()[size_t(node.subgraph)];
  return file.codes()[graph.operators[size_t(node.index)].code].name;
}

std::string_view name_of(const schema::ModelFile& file, const Tape::Node& node) {
  const auto& graph = file.subgraphs()[size_t(node.subgraph)];
  const auto& outputs = graph.operators[size_t(node.index)].outputs;
  return outputs.empty() || outputs[0] < 0 ? "" : graph.tensors[size_t(outputs[0])].name;
}

Json result_of(const Profiled& p) {
  const About here = about();
  Json out = Json::object({{"model", p.flags.model}, {"file_bytes", p.file->file_bytes()}});
  out.set("threads", p.flags.threads).set("numerics", p.flags.numerics);
  out.set("isa", here.used_isa).set("version", here.version);
  Json steps = Json::array();
  for (const ProfileStep& step : p.steps)
    steps.push(Json::object({{"name", step.name}, {"us", micros(step.ns)}}));
  out.set("steps", std::move(steps)).set("plain", runs_json(p.plain));
  Timings watched;
  for (const Tape::Part& run : p.tape->runs()) watched.add(micros(run.ns));
  out.set("watched", runs_json(watched)).set("left_out", p.tape->left_out());
  add_nodes(p, out);
  out.set("pool", threads_json(*p.tape)).set("memory", memory_json(p));
  return out.set("timeline", timeline_json(*p.tape));
}

std::string print_tables(const Profiled& p) {
  Profile profile;
  int32_t run = 0;
  for (const Tape::Event& event : p.tape->events()) {
    for (; run < event.run; ++run) profile.end_run();
    const Tape::Node& node = p.tape->nodes()[size_t(event.node)];
    profile.add({node.subgraph, node.index, op_of(*p.file, node), name_of(*p.file, node)},
                node.bytes, event.self_ns);
  }
  profile.end_run();
  return profile.tables();
}

std::string print_memory(const Json& result) {
  const Json& memory = *result.find("memory");
  const auto bytes = [&](const char* key) { return memory.find(key)->dump(); };
  std::string out =
      cat("memory: arena ", bytes("arena_bytes"), " bytes, weights ", bytes("constant_bytes"),
          " in the file, packed and folded ", bytes("packed_bytes"), "; the process grew by ",
          float(*memory.find("resident_mb")->as_number()), " MB\n");
  for (const Json& use : *memory.find("arenas")->as_array()) {
    const auto number = [&](const char* key) { return use.find(key)->dump(); };
    out += cat("  subgraph ", number("subgraph"), ": tensors lie in ", number("planned_bytes"),
               " bytes; at most ", number("most_live_bytes"), " live at once, at node ",
               number("most_live_at"), "\n");
  }
  out += cat("  ", "    offset      bytes       live  tensor\n");
  for (const Json& t : *memory.find("tensors")->as_array()) {
    const auto column = [&](std::string text, size_t width) {
      return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
    };
    const Json* const shared = t.find("in_place_of");
    out += cat("  ", column(t.find("offset")->dump(), 10), " ", column(t.find("bytes")->dump(), 10),
               " ", column(cat(t.find("first")->dump(), "..", t.find("last")->dump()), 10), "  ",
               t.find("subgraph")->dump(), ":", t.find("index")->dump(), " ",
               *t.find("name")->as_string(),
               shared ? cat(" (in place of ", shared->dump(), ")") : "", "\n");
  }
  return out;
}

}  // namespace samara::cli
