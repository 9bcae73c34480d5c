#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "cli/profile/measure.h"
#include "cli/profile/page.h"
#include "cli/profile/trace.h"
#include "testing/model_builder.h"

namespace samara::cli {
namespace {

using json::Json;
using testing::ModelBuilder;

constexpr const char* kHostile = "</script><script>alert(1)</script>\"'&\n\x1b[2J\\";

class ProfileTest : public ::testing::Test {
 protected:
  ~ProfileTest() override {
    if (!path_.empty()) std::filesystem::remove(path_);
  }
  Profiled measured(const ModelBuilder& model, int64_t runs = 4, int64_t threads = 2) {
    path_ = std::filesystem::temp_directory_path() /
            ("samara_profile_test_" + std::to_string(getpid()) + ".tflite");
    const auto bytes = model.bytes();
    std::ofstream(path_, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), std::streamsize(bytes.size()));
    ModelFlags flags;
    flags.model = path_;
    flags.threads = threads;
    auto profiled = measure_profile(flags, {}, runs, 1);
    EXPECT_TRUE(profiled.ok()) << profiled.error().text();
    return std::move(profiled).value();
  }

 private:
  std::filesystem::path path_;
};

/// i = 0; while (i < 5) i += 1, beside an ABS of a name that no reader should believe.
ModelBuilder looping() {
  ModelBuilder m;
  const auto number = testing::i32({}, {0});
  const int x = m.input(testing::f32({64}), "x"), y = m.tensor(testing::f32({64}), kHostile);
  m.op("ABS", {x}, {y}, fb::AbsOptionsT{});
  m.output(y);
  const int first = m.input(number), last = m.tensor(number, "last");
  m.op("WHILE", {first}, {last}, testing::options<fb::WhileOptionsT>([](auto& o) {
         o.cond_subgraph_index = 1;
         o.body_subgraph_index = 2;
       }));
  m.output(last);
  m.subgraph("condition");
  const int c = m.input(number), verdict = m.tensor(testing::boolean({}));
  m.op("LESS", {c, m.constant(testing::i32({}, {1000}))}, {verdict}, fb::LessOptionsT{});
  m.output(verdict);
  m.subgraph("body");
  const int b = m.input(number), next = m.tensor(number);
  m.op("ADD", {b, m.constant(testing::i32({}, {200}))}, {next}, fb::AddOptionsT{});
  m.output(next);
  return m;
}

const Json& at(const Json& list, size_t i) { return (*list.as_array())[i]; }
double number(const Json& object, const char* key) { return *object.find(key)->as_number(); }

TEST_F(ProfileTest, a_tape_has_every_call_of_every_run_and_whose_time_it_was) {
  const Profiled p = measured(looping());
  ASSERT_EQ(p.tape->runs().size(), 4u);
  EXPECT_EQ(p.tape->left_out(), 0);
  std::vector<int64_t> self(4), outer(4);
  for (const Tape::Event& e : p.tape->events()) {
    const Tape::Part& run = p.tape->runs()[size_t(e.run)];
    EXPECT_GE(e.start_ns, run.start_ns);
    EXPECT_LE(e.start_ns + e.ns, run.start_ns + run.ns);
    EXPECT_GE(e.self_ns, 0);
    EXPECT_LE(e.self_ns, e.ns);
    self[size_t(e.run)] += e.self_ns;
    if (e.depth == 0) outer[size_t(e.run)] += e.ns;
  }
  EXPECT_EQ(self, outer);  // nothing counts twice, nothing is lost
}

TEST_F(ProfileTest, the_result_says_how_often_each_node_was_called) {
  const Json result = result_of(measured(looping()));
  const Json& nodes = *result.find("nodes");
  ASSERT_EQ(nodes.as_array()->size(), 4u);
  const double counts[] = {1, 1, 0, 0};
  for (size_t i = 0; i < 2; ++i) EXPECT_EQ(number(at(nodes, i), "calls"), counts[i]);
  // From 0 in steps of 200 to 1000, or none where the inputs happen to start above.
  const double less = number(at(nodes, 2), "calls"), add = number(at(nodes, 3), "calls");
  EXPECT_EQ(less, add + 1);
  EXPECT_GT(add, 0);
  EXPECT_EQ(number(at(nodes, 0), "out_bytes"), 256);
  double parts = 0;
  for (const Json& node : *nodes.as_array()) parts += number(node, "part");
  EXPECT_NEAR(parts, 1, 1e-9);
  EXPECT_EQ(number(*result.find("plain"), "runs"), 4);
  EXPECT_EQ(number(*result.find("watched"), "runs"), 4);
  EXPECT_EQ(result.find("pool")->as_array()->size(), 2u);
  EXPECT_EQ(result.find("steps")->as_array()->size(), 5u);
}

TEST_F(ProfileTest, a_run_takes_no_memory_for_what_is_written_down) {
  const Profiled p = measured(looping());
  p.tape->rewind(1);
  const auto model = Model::load(p.file).value();
  const auto session = Session::create(model).value();
  RunOptions options;
  options.observer = p.tape.get();
  const void* const events = p.tape->events().data();
  const size_t room = p.tape->events().capacity();
  for (int i = 0; i < 100; ++i) {
    p.tape->begin_run();
    ASSERT_TRUE(session->run(options).ok());
    p.tape->end_run();
  }
  EXPECT_EQ(p.tape->events().data(), events);
  EXPECT_EQ(p.tape->events().capacity(), room);
  EXPECT_GT(p.tape->left_out(), 0);  // and what did not fit is counted
}

TEST_F(ProfileTest, the_page_needs_nothing_else_and_believes_no_name) {
  const Profiled p = measured(looping());
  const std::string page = page_of(result_of(p));
  const auto count = [&](std::string_view text) {
    int n = 0;
    for (size_t at = page.find(text); at != page.npos; at = page.find(text, at + 1)) ++n;
    return n;
  };
  EXPECT_EQ(count("</script"), 2);
  EXPECT_EQ(count("<script"), 2);
  for (const char* const outside : {"src=", "href=", "url(", "@import", "https:", "fetch("})
    EXPECT_EQ(count(outside), 0) << outside;
  EXPECT_EQ(count("http:"), 1);  // SVG's namespace
  EXPECT_EQ(count("default-src 'none'"), 1);
  for (const char* const mark : {"@style@", "@data@", "@script@"}) EXPECT_EQ(count(mark), 0);
  const size_t begin = page.find("id=\"profile\">") + 13;
  const auto data = json::parse(page.substr(begin, page.find("</script", begin) - begin));
  ASSERT_TRUE(data.ok()) << data.error().text();
  EXPECT_EQ(*at(*data->find("nodes"), 0).find("name")->as_string(), kHostile);
}

TEST_F(ProfileTest, a_trace_has_steps_runs_operators_and_threads) {
  const Profiled p = measured(looping());
  const auto trace = json::parse(trace_of(p));
  ASSERT_TRUE(trace.ok()) << trace.error().text();
  std::map<std::string, int> categories, names;
  bool hostile = false;
  for (const Json& event : *trace->find("traceEvents")->as_array()) {
    const std::string phase = *event.find("ph")->as_string();
    ASSERT_TRUE(phase == "X" || phase == "M" || phase == "C") << phase;
    EXPECT_TRUE(event.find("pid") && event.find("tid") && event.find("name"));
    if (phase != "X") continue;
    EXPECT_GE(number(event, "ts"), 0);
    EXPECT_GE(number(event, "dur"), 0);
    ++categories[*event.find("cat")->as_string()];
    ++names[*event.find("name")->as_string()];
    const Json* const name = event.find("args")->find("name");
    hostile |= name && *name->as_string() == kHostile;
  }
  EXPECT_EQ(categories["step"], 5);
  EXPECT_EQ(categories["run"], 4);
  EXPECT_EQ(names["ABS"], 4);
  EXPECT_EQ(names["WHILE"], 4);
  EXPECT_GT(names["LESS"], names["ADD"]);
  EXPECT_TRUE(hostile);
}

TEST_F(ProfileTest, a_model_that_is_none_is_refused) {
  ModelFlags flags;
  flags.model = "no such file";
  const auto none = measure_profile(flags, {}, 1, 0);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code(), Code::not_found);
}

PlannedTensor planned(int subgraph, int first, int last, uint64_t offset, uint64_t bytes,
                      int shares = -1) {
  PlannedTensor t;
  t.subgraph = subgraph;
  t.first_node = first;
  t.last_node = last;
  t.offset = offset;
  t.bytes = bytes;
  t.shares_with = shares;
  return t;
}

TEST(ArenaUse, counts_what_lives_at_once) {
  PlanReport plan;
  plan.tensors = {planned(0, 0, 1, 0, 100), planned(0, 1, 2, 100, 50),
                  planned(0, 2, 4, 100, 50, 1),  // goes on in the second's memory
                  planned(0, 3, 3, 0, 60), planned(2, 5, 6, 0, 7)};
  const auto arenas = arena_use(plan);
  ASSERT_EQ(arenas.size(), 2u);
  EXPECT_EQ(arenas[0].planned_bytes, 150u);
  EXPECT_EQ(arenas[0].most_bytes, 150u);
  EXPECT_EQ(arenas[0].most_at, 1);
  EXPECT_EQ(arenas[1].subgraph, 2);
  EXPECT_EQ(arenas[1].most_bytes, 7u);
  const LiveBytes live = live_bytes(plan);
  const uint64_t expected[] = {100, 150, 50, 110, 50, 0};
  for (int i = 0; i < 6; ++i) EXPECT_EQ(live_at(live, 0, i), expected[i]) << i;
  EXPECT_EQ(live_at(live, 1, 3), 0u);
  EXPECT_TRUE(arena_use({}).empty());
}

}  // namespace
}  // namespace samara::cli
