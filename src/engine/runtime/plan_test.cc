// What the plan does and promises, seen through sessions: folding, known values, deferred and
// run-sized nodes, in place, limits, the debug mode.
#include <cmath>
#include <random>

#include "testing/probe_session.h"

namespace samara::testing {
namespace {

/// Collects what an observer sees.
struct Recorder : graph::Observer {
  struct Seen {
    int subgraph, index;
    std::vector<float> first_output;
    int64_t nanoseconds;
  };
  std::vector<Seen> seen;
  int open = 0;
  void before(const graph::NodeInfo&, const graph::Operands&) override { ++open; }
  void after(const graph::NodeInfo& n, const graph::Operands& o, int64_t ns) override {
    --open;
    seen.push_back(
        {n.subgraph, n.index,
         o.outputs() > 0 && o.out(0).type == Type::f32 ? values(o.out(0)) : std::vector<float>{},
         ns});
  }
  std::vector<int> order() const {
    std::vector<int> out;
    for (const Seen& s : seen) out.push_back(s.index);
    return out;
  }
};

std::string note(const Session& s, int node) {
  for (const PlannedNode& n : s.report().nodes)
    if (n.subgraph == 0 && n.index == node) return std::string(n.note);
  return "absent";
}

/// y = x + (c + c), and z = x + x that nobody needs.
ModelBuilder folding_model() {
  ModelBuilder m;
  const int x = m.input(f32({2}), "x"), c = m.constant(f32({2}, {1, 2}));
  const int y = m.tensor(f32({2})), cc = m.tensor(f32({2})), z = m.tensor(f32({2}));
  m.custom("probe.Add", {x, x}, {z});
  m.custom("probe.Add", {c, c}, {cc});
  m.custom("probe.Add", {x, cc}, {y});
  m.output(y);
  return m;
}

TEST(folding, computes_constants_once) {
  auto s = open_probe(folding_model()).value();
  EXPECT_EQ(note(*s, 1), "folded");
  EXPECT_GT(s->report().packed_bytes, 0u);
  ASSERT_TRUE(set(*s, 0, {10, 20}).ok());
  ASSERT_EQ(text(s->run()), "ok");
  EXPECT_EQ(values(s->output(0)), (std::vector<float>{12, 24}));
}

TEST(folding, is_left_out_when_not_wanted) {
  ModelOptions options;
  options.fold_constants = false;
  auto s = open_probe(folding_model(), {}, options).value();
  EXPECT_NE(note(*s, 1), "folded");
  ASSERT_TRUE(set(*s, 0, {10, 20}).ok());
  ASSERT_EQ(text(s->run()), "ok");
  EXPECT_EQ(values(s->output(0)), (std::vector<float>{12, 24}));
}

TEST(folding, leaves_what_has_effects) {
  ModelBuilder m;
  const int c = m.constant(f32({1}, {3})), y = m.tensor(f32({1}));
  m.custom("probe.Impure", {c, c}, {y});
  m.output(y);
  auto s = open_probe(m).value();
  probes().impure_runs = 0;
  ASSERT_TRUE(s->run().ok() && s->run().ok());
  EXPECT_EQ(probes().impure_runs, 2);
  EXPECT_EQ(values(s->output(0)), (std::vector<float>{6}));
}

TEST(folding, that_fails_leaves_the_failure_to_the_plan) {
  ModelBuilder m;
  const int a = m.constant(f32({1}, {3})), b = m.constant(f32({2}, {3, 4}));
  const int y = m.tensor(f32({1}));
  m.custom("probe.Add", {a, b}, {y});
  m.output(y);
  const auto model = load_probe(m);
  ASSERT_TRUE(model.ok());
  expect_fails(Session::create(*model), Code::invalid_model, "adds [1] to [2]");
}

TEST(folding, does_not_let_a_small_file_fill_the_memory) {
  ModelBuilder m;
  int x = m.constant(f32({1024}, std::vector<float>(1024, 1)));
  for (int i = 0; i < 20; ++i) {  // 4 KiB doubled 20 times: 4 GiB
    const int y = m.tensor(f32({1}));
    m.custom("probe.Grow", {x}, {y});
    x = y;
  }
  m.output(x);
  const auto model = load_probe(m).value();
  SessionOptions options;
  options.arena_limit = 64 << 20;
  const char* const why = sizeof(size_t) == 4 ? "would have shape" : "limit 67108864";
  expect_fails(Session::create(model, options), Code::resource_exhausted, why);
}

TEST(observer, sees_every_node_once_with_folded_ones_first) {
  auto s = open_probe(folding_model()).value();
  ASSERT_TRUE(set(*s, 0, {10, 20}).ok());
  Recorder r;
  RunOptions options;
  options.observer = &r;
  ASSERT_EQ(text(s->run(options)), "ok");
  EXPECT_EQ(r.order(), (std::vector<int>{1, 0, 2}));
  EXPECT_EQ(r.seen[0].first_output, (std::vector<float>{2, 4}));
  EXPECT_EQ(r.seen[0].nanoseconds, 0);
  EXPECT_EQ(r.seen[1].first_output, (std::vector<float>{20, 40})) << "dead, but observed";
  EXPECT_EQ(r.open, 0);
  ASSERT_TRUE(s->run(options).ok());
  EXPECT_EQ(r.seen.size(), 6u);
}

TEST(dead_nodes, run_for_observers_that_see_all) {
  ModelBuilder m;
  const int x = m.input(f32({2}), "x"), y = m.tensor(f32({2})), z = m.tensor(f32({2}));
  m.custom("probe.Keep", {x}, {z});
  m.custom("probe.Add", {x, x}, {y});
  m.output(y);
  auto s = open_probe(m).value();
  EXPECT_EQ(note(*s, 0), "dead: nobody needs its outputs");
  probes().kept = nullptr;
  ASSERT_TRUE(s->run().ok());
  EXPECT_EQ(probes().kept, nullptr);
  struct Profiler : Recorder {
    bool sees_all() const override { return false; }
  } profiler;
  RunOptions options;
  options.observer = &profiler;
  ASSERT_TRUE(s->run(options).ok());
  EXPECT_EQ(probes().kept, nullptr);
  EXPECT_EQ(profiler.order(), (std::vector<int>{1}));
  Recorder r;
  options.observer = &r;
  ASSERT_TRUE(s->run(options).ok());
  EXPECT_NE(probes().kept, nullptr);
}

/// reshape(x + x, shape of like)
ModelBuilder reshape_model() {
  ModelBuilder m;
  const int x = m.input(f32({4}), "x"), like = m.input(f32({2, 2}), "like");
  const int shape = m.tensor(i32({2})), sum = m.tensor(f32({4})), y = m.tensor(f32({2, 2}));
  m.custom("probe.ShapeOf", {like}, {shape});
  m.custom("probe.Add", {x, x}, {sum});
  m.custom("probe.Reshape", {sum, shape}, {y});
  m.output(y);
  return m;
}

TEST(known_values, settle_shapes_while_planning) {
  auto s = open_probe(reshape_model()).value();
  EXPECT_EQ(note(*s, 0), "computed while planning");
  EXPECT_EQ(note(*s, 2), "");
  ASSERT_TRUE(set(*s, 0, {1, 2, 3, 4}).ok());
  ASSERT_EQ(text(s->run()), "ok");
  EXPECT_EQ(s->output(0).shape, Shape({2, 2}));
  ASSERT_TRUE(s->resize(1, std::vector<int32_t>{4, 1}).ok());
  ASSERT_EQ(text(s->run()), "ok");
  EXPECT_EQ(s->output(0).shape, Shape({4, 1}));
  EXPECT_EQ(values(s->output(0)), (std::vector<float>{2, 4, 6, 8}));
  Recorder r;
  RunOptions options;
  options.observer = &r;
  ASSERT_TRUE(s->run(options).ok());
  EXPECT_EQ(r.order(), (std::vector<int>{0, 1, 2}));
}

TEST(known_values, are_computed_while_planning_if_small) {
  for (const auto& [n, expected] : {std::pair(100, "computed while planning"), {100'000, ""}}) {
    ModelBuilder m;
    const int c = m.constant(f32({n}, std::vector<float>(size_t(n), 1))), y = m.tensor(f32({n}));
    m.custom("probe.Add", {c, c}, {y});
    m.output(y);
    ModelOptions options;
    options.fold_constants = false;
    auto s = open_probe(m, {}, options).value();
    EXPECT_EQ(note(*s, 0), expected);
    ASSERT_EQ(text(s->run()), "ok");
    EXPECT_EQ(values(s->output(0)), std::vector<float>(size_t(n), 2));
  }
}

/// Reshape by an input, then a sum of it: both wait for the run.
ModelBuilder deferred_model() {
  ModelBuilder m;
  const int x = m.input(f32({4}), "x"), shape = m.input(i32({2}), "shape");
  const int y = m.tensor(f32({1, 1})), z = m.tensor(f32({1, 1}));
  m.custom("probe.Reshape", {x, shape}, {y});
  m.custom("probe.Scratch", {y}, {z});
  m.output(z);
  return m;
}

TEST(deferred_nodes, get_their_shapes_in_the_run) {
  auto s = open_probe(deferred_model()).value();
  EXPECT_EQ(note(*s, 0), "deferred: output shape depends on data");
  EXPECT_EQ(note(*s, 1), "deferred: output shape depends on data");
  ASSERT_TRUE(set(*s, 0, {1, 2, 3, 4}).ok());
  for (const auto& shape : {std::vector<int32_t>{2, 2}, {1, 4}, {4, 1}}) {
    ASSERT_TRUE(s->set_input(1, std::span(shape)).ok());
    ASSERT_EQ(text(s->run()), "ok");
    EXPECT_EQ(s->output(0).shape, Shape(std::span<const int32_t>(shape)));
    EXPECT_EQ(values(s->output(0)), (std::vector<float>{1, 2, 3, 4}));
  }
}

TEST(deferred_nodes, refuse_bad_values_and_recover) {
  auto s = open_probe(deferred_model()).value();
  const auto run = [&](std::vector<int32_t> shape) {
    EXPECT_TRUE(s->set_input(1, std::span<const int32_t>(shape)).ok());
    return s->run();
  };
  expect_fails(run({-1, 4}), Code::invalid_model, "[-1, 4]");
  expect_fails(run({2, 3}), Code::invalid_model, "cannot make [4] [2, 3]");
  expect_fails(run({2, 3}), Code::invalid_model, "in operator 0 probe.Reshape");
  EXPECT_EQ(text(run({2, 2})), "ok");
}

TEST(deferred_nodes, do_not_pack_values_of_one_run_for_the_next) {
  ModelBuilder m;
  const int x = m.input(f32({2}), "x"), w = m.input(f32({2}), "w");
  const int shape = m.input(i32({1}), "shape"), reshaped = m.tensor(f32({1}));
  const int y = m.tensor(f32({2}));
  m.custom("probe.Reshape", {w, shape}, {reshaped});
  m.custom("probe.Packed", {x, reshaped}, {y});
  m.output(y);
  auto s = open_probe(m).value();
  const int32_t two[] = {2};
  ASSERT_TRUE(s->set_input(2, std::span<const int32_t>(two)).ok());
  for (const float f : {1.0f, 2.0f}) {
    ASSERT_TRUE(set(*s, 1, {f, f}).ok());
    ASSERT_EQ(text(s->run()), "ok");
    EXPECT_EQ(values(s->output(0)), (std::vector<float>{f, f}));
  }
}

TEST(deferred_nodes, count_in_the_limit) {
  ModelBuilder m;
  const int x = m.input(f32({4}), "x"), shape = m.input(i32({1}), "shape");
  int y = m.tensor(f32({1}));
  m.custom("probe.Reshape", {x, shape}, {y});
  for (int i = 0; i < 12; ++i) {
    const int z = m.tensor(f32({1}));
    m.custom("probe.Grow", {y}, {z});
    y = z;
  }
  m.output(y);
  SessionOptions options;
  options.arena_limit = 10'000;
  auto s = open_probe(m, options).value();
  const int32_t four[] = {4};
  ASSERT_TRUE(s->set_input(1, std::span<const int32_t>(four)).ok());
  expect_fails(s->run(), Code::resource_exhausted, "bytes of activations, limit 10000");
}

TEST(sized_by_run, grows_and_shrinks) {
  ModelBuilder m;
  const int x = m.input(f32({4}), "x"), y = m.tensor(i32({1}));
  m.custom("probe.NonZero", {x}, {y});
  m.output(y);
  auto s = open_probe(m).value();
  const auto run = [&](std::vector<float> v) {
    EXPECT_TRUE(set(*s, 0, v).ok());
    EXPECT_EQ(text(s->run()), "ok");
    return values<int32_t>(s->output(0));
  };
  EXPECT_EQ(run({0, 1, 0, 1}), (std::vector<int32_t>{1, 3}));
  EXPECT_EQ(run({0, 0, 0, 0}), (std::vector<int32_t>{}));
  EXPECT_EQ(s->output(0).shape, Shape({0}));
  EXPECT_EQ(run({1, 1, 1, 1}), (std::vector<int32_t>{0, 1, 2, 3}));
}

TEST(sized_by_run, does_not_keep_the_last_run_s_size) {
  ModelBuilder m;
  const int x = m.input(f32({1}), "x"), y = m.tensor(f32({1}));
  m.custom("probe.Lazy", {x}, {y});
  m.output(y);
  auto s = open_probe(m).value();
  EXPECT_EQ(text(s->run()), "ok");
  ASSERT_TRUE(set(*s, 0, {1}).ok());
  expect_fails(s->run(), Code::internal, "gave output 0 no size");
}

TEST(in_place, takes_over_memory_that_nobody_needs) {
  ModelBuilder m;
  const int x = m.input(f32({64}), "x");
  int last = x;
  for (int i = 0; i < 10; ++i) {
    const int t = m.tensor(f32({64}));
    m.custom("probe.Add", {last, x}, {t});
    last = t;
  }
  m.output(last);
  auto s = open_probe(m).value();
  int shared = 0;
  for (const PlannedTensor& t : s->report().tensors) {
    shared += t.shares_with >= 0;
    EXPECT_EQ(t.offset, 0u);
  }
  EXPECT_EQ(shared, 9) << "all but the first, whose operands are the session's input";
  ASSERT_TRUE(set(*s, 0, std::vector<float>(64, 1)).ok());
  ASSERT_TRUE(s->run().ok());
  EXPECT_EQ(values(s->output(0)), std::vector<float>(64, 11));
}

TEST(in_place, leaves_alone_what_is_given_twice) {
  ModelBuilder m;
  const int x = m.input(f32({2}), "x"), a = m.tensor(f32({2})), b = m.tensor(f32({2}));
  m.custom("probe.Add", {x, x}, {a});
  m.custom("probe.Add", {a, a}, {b});
  m.output(b);
  auto s = open_probe(m).value();
  for (const PlannedTensor& t : s->report().tensors) EXPECT_EQ(t.shares_with, -1);
}

TEST(in_place, spares_what_is_needed_later) {
  ModelBuilder m;
  const int x = m.input(f32({2}), "x"), a = m.tensor(f32({2})), b = m.tensor(f32({2}));
  const int c = m.tensor(f32({2})), v = m.variable(f32({2})), d = m.tensor(f32({2}));
  m.custom("probe.Add", {x, x}, {a});  // not into the input
  m.custom("probe.Add", {a, a}, {b});  // not into an output, nor into what is given twice
  m.custom("probe.Add", {b, a}, {c});
  m.custom("probe.Add", {v, v}, {d});  // not into a variable
  for (const int t : {a, c, d}) m.output(t);
  auto s = open_probe(m).value();
  ASSERT_TRUE(set(*s, 0, {1, 2}).ok());
  ASSERT_TRUE(s->run().ok());
  EXPECT_EQ(values(s->input(0)), (std::vector<float>{1, 2}));
  EXPECT_EQ(values(s->output(0)), (std::vector<float>{2, 4}));
  EXPECT_EQ(values(s->output(1)), (std::vector<float>{6, 12}));
  EXPECT_EQ(values(s->output(2)), (std::vector<float>{0, 0}));
}

TEST(limit, refuses_plans_beyond_it_with_both_numbers) {
  ModelBuilder m;
  const int x = m.input(f32({1000}), "x"), y = m.tensor(f32({1000}));
  m.custom("probe.Add", {x, x}, {y});
  m.output(y);
  SessionOptions options;
  options.arena_limit = 6000;
  expect_fails(open_probe(m, options), Code::resource_exhausted,
               "bytes of activations, limit 6000");
  options.arena_limit = 9000;
  auto s = open_probe(m, options).value();
  EXPECT_LE(s->report().arena_bytes, 9000u);
  EXPECT_GE(s->report().arena_bytes, 8000u);
  ASSERT_TRUE(s->resize(0, std::vector<int32_t>{2000}).ok());
  expect_fails(s->run(), Code::resource_exhausted, "limit 9000");
  ASSERT_TRUE(s->resize(0, std::vector<int32_t>{500}).ok());
  EXPECT_EQ(text(s->run()), "ok");
}

TEST(scratch, is_apart_from_tensors) {
  ModelBuilder m;
  const int x = m.input(f32({300}), "x"), y = m.tensor(f32({300})), z = m.tensor(f32({300}));
  m.custom("probe.Scratch", {x}, {y});
  m.custom("probe.Scratch", {y}, {z});
  m.output(z);
  SessionOptions options;
  options.poison = true;
  auto s = open_probe(m, options).value();
  ASSERT_TRUE(set(*s, 0, std::vector<float>(300, 7)).ok());
  ASSERT_EQ(text(s->run()), "ok");
  EXPECT_EQ(values(s->output(0)), std::vector<float>(300, 7));
}

/// The sum of x with what lay where `kept` did, two nodes after its last use.
ModelBuilder stale_model() {
  ModelBuilder m;
  const int x = m.input(f32({8}), "x"), kept = m.tensor(f32({8})), copy = m.tensor(f32({8}));
  const int stale = m.tensor(f32({8})), y = m.tensor(f32({8}));
  m.custom("probe.Add", {x, x}, {kept});
  m.custom("probe.Keep", {kept}, {copy});
  m.custom("probe.Stale", {x}, {stale});
  m.custom("probe.Add", {copy, stale}, {y});
  m.output(y);
  return m;
}

TEST(poison, shows_a_lifetime_that_is_too_short) {
  SessionOptions options;
  options.poison = true;
  auto s = open_probe(stale_model(), options).value();
  ASSERT_TRUE(set(*s, 0, std::vector<float>(8, 1)).ok());
  ASSERT_TRUE(s->run().ok());
  for (const float f : values(s->output(0))) EXPECT_TRUE(std::isnan(f));
}

TEST(poison, leaves_right_plans_alone) {
  std::mt19937 random(5);
  for (int round = 0; round < 30; ++round) {
    ModelBuilder m;
    std::vector<int> tensors{m.input(f32({16}), "x"), m.input(f32({16}), "y")};
    for (int i = 0; i < 40; ++i) {
      const int a = tensors[random() % tensors.size()], b = tensors[random() % tensors.size()];
      tensors.push_back(m.tensor(f32({16})));
      const char* const op = i % 7 == 3 ? "probe.Impure" : "probe.Add";
      m.custom(op, {a, b}, {tensors.back()});
    }
    for (int i = 0; i < 3; ++i) m.output(tensors[tensors.size() - 1 - random() % 5]);
    std::vector<std::vector<float>> results;
    for (const bool poison : {false, true}) {
      SessionOptions options;
      options.poison = poison;
      auto s = open_probe(m, options).value();
      for (int run = 0; run < 2; ++run) {
        ASSERT_TRUE(set(*s, 0, std::vector<float>(16, 1)).ok());
        ASSERT_TRUE(set(*s, 1, std::vector<float>(16, 2)).ok());
        ASSERT_EQ(text(s->run()), "ok");
        std::vector<float> all;
        for (size_t i = 0; i < s->outputs(); ++i)
          for (const float f : values(s->output(i))) all.push_back(f);
        results.push_back(all);
      }
    }
    for (const auto& r : results) EXPECT_EQ(r, results[0]);
  }
}

TEST(variables, keep_their_value_until_reset) {
  ModelBuilder m;
  const int x = m.input(f32({2}), "x"), sum = m.variable(f32({2})), y = m.tensor(f32({2}));
  m.custom("probe.Sum", {x, sum}, {y});
  m.output(y);
  auto s = open_probe(m).value();
  ASSERT_TRUE(set(*s, 0, {1, 2}).ok());
  for (int i = 1; i <= 3; ++i) {
    ASSERT_TRUE(s->run().ok());
    EXPECT_EQ(values(s->output(0)), (std::vector<float>{float(i), 2.0f * float(i)}));
  }
  ASSERT_TRUE(s->reset_variables().ok());
  ASSERT_TRUE(s->run().ok());
  EXPECT_EQ(values(s->output(0)), (std::vector<float>{1, 2}));
}

}  // namespace
}  // namespace samara::testing
