// What a caller sets holds: time and memory of a session against models that ask for terabytes,
// loop for ever, nest without end, or are merely huge.
#include <chrono>
#include <thread>

#include "testing/probe_session.h"

namespace samara::testing {
namespace {

using Bytes = std::vector<uint8_t>;
using Clock = std::chrono::steady_clock;

// Linear work takes less than one; quadratic work, minutes.
#ifdef NDEBUG
constexpr double kSeconds = 10;
#else
constexpr double kSeconds = 60;
#endif

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

ModelBuilder slow_model(int32_t n) {
  ModelBuilder m;
  const int x = m.input(f32({n}), "x"), y = m.tensor(f32({n}), "y");
  m.custom("probe.Slow", {x}, {y});
  m.output(y);
  return m;
}

TEST(time_limit, ends_an_operator_in_the_middle) {
  constexpr int kElements = 1000;
  for (const int threads : {1, 2}) {
    SessionOptions options{.threads = threads};
    auto s = open_probe(slow_model(kElements), options).value();
    probes().slow = 0;
    for (const int ms : {20, 80, 320}) {  // a busy machine may let the first pass before it begins
      if (probes().slow > 0) break;
      expect_fails(s->run({.deadline_ms = ms}), Code::deadline_exceeded, "operator 0 probe.Slow");
    }
    EXPECT_GT(probes().slow, 0);
    EXPECT_LT(probes().slow, kElements / 2);
    options.time_limit_ms = 20;
    s = open_probe(slow_model(kElements), options).value();
    probes().slow = 0;
    expect_fails(s->run(), Code::deadline_exceeded, "operator 0 probe.Slow");
    EXPECT_LT(probes().slow, kElements / 2);
  }
}

TEST(time_limit, that_is_kept_changes_nothing) {
  auto s = open_probe(slow_model(40), {.threads = 2, .time_limit_ms = 60'000}).value();
  std::vector<float> x(40);
  for (size_t i = 0; i < x.size(); ++i) x[i] = float(i);
  ASSERT_TRUE(set(*s, 0, x).ok());
  RunOptions how;
  how.deadline_ms = 3;
  expect_fails(s->run(how), Code::deadline_exceeded, "deadline");
  ASSERT_EQ(text(s->run()), "ok");
  EXPECT_EQ(values(s->output(0)), x);
}

TEST(time_limit, a_run_that_was_cut_short_fails_though_cancel_is_taken_back) {
  auto s = open_probe(slow_model(1000)).value();
  std::atomic<bool> cancel = false;
  RunOptions how;
  how.cancel = &cancel;
  probes().slow = 0;
  std::thread other([&] {
    while (probes().slow == 0) std::this_thread::yield();
    cancel = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    cancel = false;
  });
  expect_fails(s->run(how), Code::cancelled, "operator 0 probe.Slow");
  other.join();
  EXPECT_LT(probes().slow, 1000);
}

/// Subgraph i calls i + 1 with its input, with twice as much, and with its input, `depth` deep: each
/// call meets a plan for another shape.
ModelBuilder replanning_model(int depth) {
  ModelBuilder m;
  for (int i = 0; i <= depth; ++i) {
    if (i > 0) m.subgraph("level");
    const int c = m.input(boolean({}), "c"), x = m.input(f32({1}), "x");
    const int twice = m.tensor(f32({1}));
    m.custom("probe.Grow", {x}, {twice});
    const auto next = uint8_t(i + 1);
    for (const int from : {x, twice, x})
      if (i < depth) m.custom("probe.If", {c, c, from}, {m.tensor(f32({1}))}, Bytes{next, next});
    m.output(x);
  }
  return m;
}

TEST(time_limit, holds_while_planning) {
  expect_fails(open_probe(replanning_model(20)), Code::resource_exhausted, "planning does not end");
  const auto start = Clock::now();
  expect_fails(open_probe(replanning_model(20), {.time_limit_ms = 20}), Code::deadline_exceeded,
               "of subgraph");
  EXPECT_LT(seconds_since(start), 2);
  EXPECT_TRUE(open_probe(replanning_model(5), {.time_limit_ms = 60'000}).ok());
}

TEST(time_limit, of_folding_leaves_the_rest_to_the_run) {
  ModelBuilder m;
  const int c = m.constant(f32({500}, std::vector<float>(500, 7)));
  const int y = m.tensor(f32({500}), "y"), z = m.tensor(f32({500}), "z");
  m.custom("probe.Slow", {c}, {y});
  m.custom("probe.Add", {c, c}, {z});
  m.output(y), m.output(z);
  ModelOptions options;
  options.fold_limit_ms = 10;
  probes().slow = 0;
  const auto model = load_probe(m, options).value();
  EXPECT_LT(probes().slow, 250);
  auto s = Session::create(model).value();
  for (const PlannedNode& node : s->report().nodes) EXPECT_NE(node.note, "folded");
  ASSERT_EQ(text(s->run()), "ok");
  EXPECT_EQ(values(s->output(0)), std::vector<float>(500, 7));
  EXPECT_EQ(values(s->output(1)), std::vector<float>(500, 14));
}

TEST(memory_limit, refuses_terabytes) {
  ModelBuilder m;  // 2^40 floats from two numbers
  const int n = m.constant(i32({2}, {1 << 20, 1 << 20})), v = m.input(f32({}), "v");
  const int y = m.tensor(f32({}), "y");
  m.op("FILL", {n, v}, {y});
  m.output(y);
  // On a 32-bit machine it cannot even be addressed.
  const std::string why = sizeof(size_t) == 8 ? "limit 1073741824" : "would have shape";
  expect_fails(open_probe(m, {.arena_limit = 1 << 30}), Code::resource_exhausted, why);
  ModelBuilder late;  // the same, but known in the run alone
  const int n2 = late.input(i32({2}), "n"), v2 = late.input(f32({}), "v");
  const int y2 = late.tensor(f32({}), "y");
  late.op("FILL", {n2, v2}, {y2});
  late.output(y2);
  auto s = open_probe(late, {.arena_limit = 1 << 30}).value();
  const int32_t huge[] = {1 << 20, 1 << 20}, small[] = {2, 1};
  ASSERT_TRUE(s->set_input(0, std::span<const int32_t>(huge)).ok());
  expect_fails(s->run(), Code::resource_exhausted, why);
  ASSERT_TRUE(s->set_input(0, std::span<const int32_t>(small)).ok());
  EXPECT_EQ(text(s->run()), "ok");
  EXPECT_EQ(s->output(0).bytes, 8u);
}

TEST(memory_limit, holds_for_packed_weights) {
  ModelBuilder m;
  const int x = m.input(f32({1000}), "x"), y = m.tensor(f32({1000}), "y");
  m.custom("probe.Packed", {x, m.constant(f32({1000}, std::vector<float>(1000, 1)))}, {y});
  m.output(y);
  ModelOptions options;
  options.packed_limit = 4000;
  const auto refused = open_probe(m, {}, options);
  expect_fails(refused, Code::resource_exhausted, "bytes of packed weights, limit 4000");
  expect_fails(refused, Code::resource_exhausted, "in operator 0 probe.Packed 'y'");
  options.packed_limit = 4100;
  EXPECT_TRUE(open_probe(m, {}, options).ok());
  EXPECT_TRUE(open_probe(m).ok());
}

/// `length` subgraphs, each calling the next.
ModelBuilder chain(int length) {
  ModelBuilder m;
  for (int i = 0; i < length; ++i) {
    if (i > 0) m.subgraph("link");
    if (i + 1 < length)
      m.op("CALL_ONCE", {}, {},
           options<fb::CallOnceOptionsT>([&](auto& o) { o.init_subgraph_index = i + 1; }));
  }
  return m;
}

TEST(nesting, is_bounded_where_the_verifier_was_told_to_let_it_pass) {
  ModelOptions options;
  options.open.limits.call_depth = 10'000;
  auto s = open_probe(chain(250), {}, options).value();
  EXPECT_EQ(text(s->run()), "ok");
  expect_fails(open_probe(chain(10'000), {}, options), Code::resource_exhausted, "256 deep");
}

TEST(huge_models, of_a_hundred_thousand_constant_nodes_load_in_seconds) {
  ModelBuilder m;
  const int x = m.input(f32({1}), "x"), one = m.constant(f32({1}, {1}));
  int sum = one;
  for (int i = 0; i < 100'000; ++i) {
    const int next = m.tensor(f32({1}));
    m.custom("probe.Add", {sum, one}, {next});
    sum = next;
  }
  const int y = m.tensor(f32({1}));
  m.custom("probe.Add", {x, sum}, {y});
  m.output(y);
  const std::vector<std::byte> bytes = m.bytes();
  ModelOptions options;
  options.ops = probe_ops();
  options.fold_limit_ms = 0;
  const auto start = Clock::now();
  auto s = Session::create(Model::load(bytes, options).value()).value();
  EXPECT_LT(seconds_since(start), kSeconds);
  ASSERT_TRUE(set(*s, 0, {1}).ok());
  ASSERT_EQ(text(s->run()), "ok");
  EXPECT_EQ(values(s->output(0)), std::vector<float>{100'002});
}

TEST(huge_models, of_a_hundred_thousand_inputs_and_outputs_open_in_seconds) {
  constexpr int kInputs = 100'000;
  ModelBuilder m;
  ModelBuilder::Names in, out;
  for (int i = 0; i < kInputs; ++i) {
    in.emplace_back("i" + std::to_string(i), m.input(f32({1})));
    out.emplace_back("o" + std::to_string(i), in.back().second);
    m.output(in.back().second);
  }
  m.signature("all", 0, in, out);
  const std::vector<std::byte> bytes = m.bytes();
  const auto start = Clock::now();
  auto s = Session::create(Model::load(bytes).value()).value();
  const int32_t shape[] = {1};
  for (size_t i = 0; i < kInputs; ++i) ASSERT_TRUE(s->resize(i, shape).ok());
  EXPECT_LT(seconds_since(start), kSeconds);
  EXPECT_EQ(s->inputs(), size_t(kInputs));
}

}  // namespace
}  // namespace samara::testing
