// Model and Session from outside: inputs, outputs, shapes, signatures, refusals, running later.
#include "samara/runtime/session.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

#include "testing/probe_session.h"

namespace samara::testing {
namespace {

/// y = (x + c) + x
ModelBuilder sum_model(int32_t n = 4) {
  ModelBuilder m;
  const int x = m.input(f32({n}), "x"), c = m.constant(f32({n}, std::vector<float>(size_t(n), 1)));
  const int t = m.tensor(f32({n}), "t"), y = m.tensor(f32({n}), "y");
  m.custom("probe.Add", {x, c}, {t});
  m.custom("probe.Add", {t, x}, {y});
  m.output(y);
  return m;
}

TEST(session, runs_and_runs_again) {
  auto s = open_probe(sum_model()).value();
  EXPECT_EQ(s->inputs(), 1u);
  EXPECT_EQ(s->outputs(), 1u);
  for (float f : {1.0f, 2.0f}) {
    ASSERT_TRUE(set(*s, 0, {f, 0, 0, -f}).ok());
    ASSERT_EQ(text(s->run()), "ok");
    EXPECT_EQ(values(s->output(0)), (std::vector<float>{2 * f + 1, 1, 1, 1 - 2 * f}));
    EXPECT_EQ(values(s->input(0)), (std::vector<float>{f, 0, 0, -f})) << "inputs stay";
  }
}

TEST(session, names_its_inputs_and_outputs) {
  auto s = open_probe(sum_model()).value();
  EXPECT_EQ(s->input_index("x").value(), 0u);
  EXPECT_EQ(s->output_index("y").value(), 0u);
  expect_fails(s->input_index("z"), Code::not_found, "there is no input 'z'; there are 'x'");
}

TEST(session, refuses_what_does_not_fit) {
  auto s = open_probe(sum_model()).value();
  expect_fails(set(*s, 0, {1, 2}), Code::invalid_argument,
               "'x' takes 16 bytes ([4] float32), not 8");
  expect_fails(set(*s, 1, {1, 2}), Code::invalid_argument, "there is no input 1");
  expect_fails(s->input_data(7), Code::invalid_argument, "there is no input 7");
  const std::vector<std::string> strings{"a", "b", "c", "d"};
  expect_fails(s->set_input(0, std::span(strings)), Code::invalid_argument, "holds float32");
  expect_fails(s->output_strings(0), Code::invalid_argument, "holds float32");
  expect_fails(s->output_strings(1), Code::invalid_argument, "there is no output 1");
}

TEST(session, checks_the_shape_of_resize) {
  ModelBuilder m;
  const int x = m.input(f32({1, 4}), "x"), y = m.tensor(f32({1, 4}), "y");
  m.at(x).shape_signature = {-1, 4};
  m.custom("probe.Add", {x, x}, {y});
  m.output(y);
  auto s = open_probe(m).value();
  const auto resize = [&](std::vector<int32_t> shape) { return s->resize(0, shape); };
  expect_fails(resize({2, 5}), Code::invalid_argument, "dimension 1 is fixed at 4, not 5");
  expect_fails(resize({2}), Code::invalid_argument, "has 2 dimensions, not 1");
  expect_fails(resize({-2, 4}), Code::invalid_argument, "dimension 0 would be -2");
  expect_fails(resize(std::vector<int32_t>(9, 1)), Code::invalid_argument, "8 dimensions");
  expect_fails(s->resize(3, {}), Code::invalid_argument, "there is no input 3");
  ASSERT_TRUE(resize({2, 4}).ok());
  EXPECT_EQ(s->input(0).shape, Shape({2, 4}));
  ASSERT_TRUE(set(*s, 0, {1, 2, 3, 4, 5, 6, 7, 8}).ok());
  ASSERT_EQ(text(s->run()), "ok");
  EXPECT_EQ(s->output(0).shape, Shape({2, 4}));
  EXPECT_EQ(values(s->output(0)).back(), 16);
}

TEST(session, says_which_operator_a_new_shape_does_not_fit) {
  auto s = open_probe(sum_model()).value();
  ASSERT_TRUE(s->resize(0, std::vector<int32_t>{5}).ok());
  expect_fails(s->plan(), Code::invalid_model, "adds [5] to [4]");
  expect_fails(s->run(), Code::invalid_model, "in operator 0 probe.Add 't'");
  ASSERT_TRUE(s->resize(0, std::vector<int32_t>{4}).ok());
  EXPECT_EQ(text(s->run()), "ok") << "and recovers";
}

TEST(session, keeps_the_other_inputs_when_one_is_resized) {
  ModelBuilder m;
  const int a = m.input(f32({2}), "a"), b = m.input(f32({2}), "b");
  const int y = m.tensor(f32({2})), z = m.tensor(f32({2}));
  m.custom("probe.Add", {a, a}, {y});
  m.custom("probe.Add", {b, b}, {z});
  m.output(y), m.output(z);
  auto s = open_probe(m).value();
  ASSERT_TRUE(set(*s, 0, {1, 2}).ok());
  ASSERT_TRUE(s->resize(1, std::vector<int32_t>{3}).ok());
  ASSERT_TRUE(set(*s, 1, {1, 2, 3}).ok());
  ASSERT_EQ(text(s->run()), "ok");
  EXPECT_EQ(values(s->output(0)), (std::vector<float>{2, 4}));
  EXPECT_EQ(values(s->output(1)), (std::vector<float>{2, 4, 6}));
}

TEST(session, takes_shapes_later_where_the_file_has_none) {
  ModelBuilder m;
  const int x = m.input(f32({1}), "x"), c = m.constant(f32({3}, {1, 2, 3}));
  const int y = m.tensor(f32({3}));
  m.at(x).shape_signature = {-1};
  m.custom("probe.Add", {x, c}, {y});
  m.output(y);
  auto s = open_probe(m).value();
  expect_fails(s->run(), Code::invalid_model, "adds [1] to [3]");
  ASSERT_TRUE(s->resize(0, std::vector<int32_t>{3}).ok());
  ASSERT_TRUE(set(*s, 0, {1, 1, 1}).ok());
  ASSERT_EQ(text(s->run()), "ok");
  EXPECT_EQ(values(s->output(0)), (std::vector<float>{2, 3, 4}));
}

TEST(session, runs_each_signature) {
  ModelBuilder m = sum_model();
  m.signature("sum", 0, {{"left", 0}}, {{"total", 3}});
  m.subgraph("second");
  const int a = m.input(f32({1}), "a"), b = m.input(f32({1}), "b"), y = m.tensor(f32({1}), "y");
  m.custom("probe.Add", {a, b}, {y});
  m.output(y);
  m.signature("add", 1, {{"b", b}, {"a", a}}, {{"y", y}});
  const auto model = load_probe(m).value();
  ASSERT_EQ(model->signatures().size(), 2u);
  expect_fails(model->signature("none"), Code::not_found, "the model has 'sum', 'add'");
  SessionOptions options;
  options.signature = "add";
  auto s = Session::create(model, options).value();
  EXPECT_EQ(s->input_index("b").value(), 0u) << "in the signature's order";
  ASSERT_TRUE(set(*s, 0, {1}).ok() && set(*s, 1, {41}).ok());
  ASSERT_EQ(text(s->run()), "ok");
  EXPECT_EQ(values(s->output(0)), (std::vector<float>{42}));
  EXPECT_EQ(Session::create(model).value()->signature().key, "sum");
  options.signature = "x";
  expect_fails(Session::create(model, options), Code::not_found, "there is no signature 'x'");
}

TEST(session, hands_strings_through) {
  ModelBuilder m;
  const int a = m.input(strings({2}, {}), "a"), b = m.constant(strings({2}, {"!", "?"}));
  const int y = m.tensor(strings({2}, {}), "y");
  m.custom("probe.Join", {a, b}, {y});
  m.output(y);
  auto s = open_probe(m).value();
  expect_fails(s->output_strings(0), Code::failed_precondition, "run()");
  ASSERT_EQ(text(s->run()), "ok") << "strings not given are empty";
  EXPECT_EQ(s->output_strings(0).value(), (std::vector<std::string>{"!", "?"}));
  for (const std::string word : {"so", "a longer word"}) {
    const std::vector<std::string> words{word, ""};
    ASSERT_TRUE(s->set_input(0, std::span(words)).ok());
    ASSERT_EQ(text(s->run()), "ok");
    EXPECT_EQ(s->output_strings(0).value(), (std::vector<std::string>{word + "!", "?"}));
  }
  const std::vector<std::string> three(3);
  expect_fails(s->set_input(0, std::span(three)), Code::invalid_argument, "takes 2 strings");
  expect_fails(set(*s, 0, {1}), Code::invalid_argument, "holds strings, not numbers");
}

TEST(session, refuses_thread_counts_out_of_range) {
  const auto model = load_probe(sum_model()).value();
  for (const int threads : {0, -1, 100'000}) {
    SessionOptions options;
    options.threads = threads;
    expect_fails(Session::create(model, options), Code::invalid_argument,
                 "threads must be 1 to 1024");
  }
  expect_fails(Session::create(nullptr), Code::invalid_argument, "no model");
}

TEST(session, ends_early_when_told) {
  auto s = open_probe(sum_model()).value();
  std::atomic<bool> cancel = true;
  RunOptions options;
  options.cancel = &cancel;
  expect_fails(s->run(options), Code::cancelled, "cancelled");
  cancel = false;
  EXPECT_EQ(text(s->run(options)), "ok");
  options.deadline_ms = -1;
  expect_fails(s->run(options), Code::deadline_exceeded, "deadline");
  options.deadline_ms = INT64_MAX;
  EXPECT_EQ(text(s->run(options)), "ok");
}

TEST(session, loads_and_runs_later_where_the_caller_says) {
  std::vector<std::thread> threads;
  const Executor executor = [&](std::function<void()> task) {
    threads.emplace_back(std::move(task));
  };
  auto s = open_probe(sum_model()).value();
  ASSERT_TRUE(set(*s, 0, {1, 2, 3, 4}).ok());
  EXPECT_TRUE(s->run_async({}, executor).get().ok());
  EXPECT_EQ(values(s->output(0)).back(), 9);
  expect_fails(Model::load_async("no/such/file.tflite", {}, executor).get(), Code::not_found,
               "no/such");
  std::thread::id ran_on;
  Model::load_async("none", {}, executor,
                    [&](Model::Loaded) { ran_on = std::this_thread::get_id(); });
  const auto worker = threads.back().get_id();
  for (auto& t : threads) t.join();
  EXPECT_EQ(ran_on, worker);
}

TEST(session, many_share_a_model_at_once) {
  ModelBuilder m;
  const int x = m.input(f32({256}), "x");
  const int c = m.constant(random_f32({256}, 1)), t = m.tensor(f32({256})),
            y = m.tensor(f32({256}));
  m.custom("probe.Packed", {x, c}, {t});
  m.custom("probe.Add", {t, x}, {y});
  m.output(y);
  const auto model = load_probe(m).value();
  probes().packings = 0;
  std::vector<std::vector<float>> outputs(4);
  std::vector<std::thread> threads;
  for (auto& out : outputs)
    threads.emplace_back([&] {
      SessionOptions options;
      options.threads = 2;
      auto s = Session::create(model, options).value();
      const auto input = random_f32({256}, 2);
      for (int i = 0; i < 50; ++i)
        if (!s->set_input(0, std::span<const std::byte>(input.bytes)).ok() || !s->run().ok())
          return;
      out = values(s->output(0));
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(probes().packings, 1);
  EXPECT_EQ(outputs[0].size(), 256u);
  for (const auto& out : outputs) EXPECT_EQ(out, outputs[0]);
}

TEST(session, sessions_may_share_one_pool) {
  const auto model = load_probe(sum_model(1000)).value();
  std::shared_ptr<ThreadPool> pool = ThreadPool::create({.threads = 2}).value();
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int k = 0; k < 3; ++k)
    threads.emplace_back([&] {
      SessionOptions options;
      options.pool = pool;
      options.threads = -1;  // not looked at
      auto s = Session::create(model, options).value();
      for (int i = 0; i < 50; ++i) good += s->run().ok() && values(s->output(0))[999] == 1;
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(good, 150);
}

TEST(session, a_loaded_model_is_its_own_whatever_becomes_of_the_file) {
  const std::string path = ::testing::TempDir() + "samara_session_test_spoilt.tflite";
  constexpr int32_t kWeights = 100'000;
  const auto bytes = sum_model(kWeights).bytes();
  std::FILE* file = std::fopen(path.c_str(), "wb");
  ASSERT_EQ(std::fwrite(bytes.data(), 1, bytes.size(), file), bytes.size());
  std::fclose(file);
  ModelOptions options;
  options.ops = probe_ops();
  const auto model = Model::load(path, options).value();
  auto before = Session::create(model).value();
  ASSERT_TRUE(before->run().ok());
  const auto want = values(before->output(0));
  const auto expect_same = [&](const char* what) {
    auto after = Session::create(model).value();
    for (Session* const s : {before.get(), after.get()}) {
      EXPECT_EQ(text(s->run()), "ok") << what;
      EXPECT_EQ(values(s->output(0)), want) << what;
    }
  };
  file = std::fopen(path.c_str(), "r+b");  // in place
  const std::string waste(bytes.size(), '\xff');
  ASSERT_EQ(std::fwrite(waste.data(), 1, waste.size(), file), waste.size());
  std::fclose(file);
  expect_same("overwritten");
  ASSERT_EQ(truncate(path.c_str(), 0), 0);
  expect_same("cut");
  std::remove(path.c_str());
  expect_same("removed");
}

TEST(session, notices_that_mapped_weights_were_cut_short) {
  if (std::getenv("SAMARA_EMULATED") && sizeof(void*) == 4)
    GTEST_SKIP() << "the emulator says where the page lies on its host, not where it lies here";
  const std::string path = ::testing::TempDir() + "samara_session_test_cut.tflite";
  constexpr int32_t kWeights = 100'000;
  const auto bytes = sum_model(kWeights).bytes();
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  ASSERT_EQ(std::fwrite(bytes.data(), 1, bytes.size(), file), bytes.size());
  std::fclose(file);
  ModelOptions options;
  options.ops = probe_ops();
  options.open.map_weights = true;
  auto s = Session::create(Model::load(path, options).value()).value();
  EXPECT_EQ(text(s->run()), "ok");
  ASSERT_EQ(truncate(path.c_str(), 100), 0);
  expect_fails(s->run(), Code::data_loss, "was truncated while its weights were mapped");
  std::remove(path.c_str());
}

TEST(model, names_the_operator_that_it_lacks) {
  ModelBuilder m;
  const int x = m.input(f32({1}), "x"), y = m.tensor(f32({1}), "out");
  m.custom("Sinh", {x}, {y});
  m.output(y);
  expect_fails(load_probe(m), Code::unsupported, "custom operator 'Sinh' is not known");
  expect_fails(load_probe(m), Code::unsupported, "in operator 0 Sinh 'out'");
  ModelBuilder flex;
  const int a = flex.input(f32({1})), b = flex.tensor(f32({1}));
  flex.custom("FlexErf", {a}, {b});
  flex.output(b);
  expect_fails(load_probe(flex), Code::unsupported, "TensorFlow's own operator Erf");
  for (const char* compiled : {"edgetpu-custom-op", "DISPATCH_OP"}) {
    ModelBuilder chip;
    const int in = chip.input(f32({1})), out = chip.tensor(f32({1}));
    chip.custom(compiled, {in}, {out});
    chip.output(out);
    expect_fails(load_probe(chip), Code::unsupported, "the model was compiled for ");
  }
}

TEST(model, names_the_versions_that_it_runs) {
  static constexpr graph::OpDef kOld = [] {
    graph::OpDef d{};
    d.info.name = "CONV_2D";
    d.info.code = 3;
    d.info.versions = {1, 8};
    return d;
  }();
  ModelBuilder m;
  const int x = m.input(f32({1, 1, 1, 1})), y = m.tensor(f32({1, 1, 1, 1}), "y");
  const int w = m.constant(f32({1, 1, 1, 1}, {1})), b = m.constant(f32({1}, {1}));
  m.op("CONV_2D", {x, w, b}, {y}, {}, 9);
  m.output(y);
  ModelOptions options;
  options.ops = {&kOld};
  expect_fails(Model::load(m.bytes(), options), Code::unsupported,
               "CONV_2D version 9; this build runs 1 to 8");
}

TEST(model, names_types_that_no_kernel_takes) {
  ModelBuilder m;
  const int x = m.input(i32({2}), "ints"), y = m.tensor(i32({2}), "y");
  m.custom("probe.Add", {x, x}, {y});
  m.output(y);
  expect_fails(open_probe(m), Code::unsupported,
               "probe.Add has no kernel for inputs int32 'ints', int32 'ints'");
}

TEST(model, gives_inner_results_of_arithmetic_the_type_of_their_inputs) {
  for (const char* op : {"ADD", "SUB", "MUL"}) {
    ModelBuilder m;
    const int x = m.input(u8({2}).q(1, 0), "x"), inner = m.tensor(f32({2}).q(1, 0), "inner");
    const int y = m.tensor(u8({2}).q(1, 0), "y");
    m.op(op, {x, x}, {inner});
    m.op("ADD", {inner, x}, {y});
    m.output(y);
    auto s = open_probe(m).value();
    const uint8_t in[] = {3, 4};
    ASSERT_TRUE(s->set_input(0, std::span<const uint8_t>(in)).ok());
    ASSERT_EQ(text(s->run()), "ok");
    const std::string name = op;
    EXPECT_EQ(values<uint8_t>(s->output(0)), name == "ADD"   ? (std::vector<uint8_t>{9, 12})
                                             : name == "SUB" ? (std::vector<uint8_t>{3, 4})
                                                             : (std::vector<uint8_t>{12, 20}));
    m.output(inner);  // what is promised to the caller must be kept
    expect_fails(open_probe(m), Code::invalid_model, "they must have the same type");
  }
}

TEST(model, finds_operators_that_forget_a_shape) {
  ModelBuilder m;
  const int x = m.input(i32({2}), "x"), y = m.tensor(i32({2}), "y");
  m.custom("probe.Bare", {x}, {y});
  m.output(y);
  expect_fails(open_probe(m), Code::internal, "gives tensor 1 'y' no shape");
}

TEST(strings, pack_and_unpack) {
  const std::vector<std::string> words{"", "one", std::string(1, '\0'), "two"};
  const auto packed = pack_strings(words);
  const auto views = unpack_strings(packed).value();
  EXPECT_EQ(std::vector<std::string>(views.begin(), views.end()), words);
  EXPECT_TRUE(unpack_strings(pack_strings({}))->empty());
}

TEST(strings, every_wrong_byte_is_refused_or_harmless) {
  const std::vector<std::string> words{"one", "two"};
  const auto good = pack_strings(words);
  for (size_t n = 0; n < good.size(); ++n)
    EXPECT_FALSE(unpack_strings(std::span(good).first(n)).ok()) << n;
  for (size_t i = 0; i < 16; ++i)
    for (const int value : {0, 1, 0x7F, 0x80, 0xFF}) {
      auto bad = good;
      bad[i] = std::byte(value);
      const auto views = unpack_strings(bad);
      if (!views.ok()) continue;
      uint64_t sum = 0;
      for (const auto v : *views)
        for (const char c : v) sum += uint8_t(c);  // ASan watches
      EXPECT_LT(sum, uint64_t{1} << 40);
    }
}

}  // namespace
}  // namespace samara::testing
