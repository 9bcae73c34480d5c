// The weight cache as a caller sees it: the same bits, less packing, and no way to be hurt by it.
#include "engine/graph/weight_cache.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <random>

#include "base/file.h"
#include "base/temporary_folder.h"
#include "samara/runtime/session.h"
#include "testing/model_builder.h"

namespace samara::testing {
namespace {

namespace fs = std::filesystem;

constexpr int32_t kDepth = 300, kUnits = 200;

std::vector<std::byte> layer_model(uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<float> weights(size_t(kDepth) * kUnits);
  for (float& w : weights) w = float(random() % 2000) / 1000.0f - 1.0f;
  ModelBuilder m;
  const int x = m.input(f32({1, kDepth}), "x"), y = m.tensor(f32({1, kUnits}), "y");
  const int w = m.constant(f32({kUnits, kDepth}, weights), "w");
  m.op("FULLY_CONNECTED", {x, w}, {y}, fb::FullyConnectedOptionsT{});
  m.output(y);
  return m.bytes();
}

/// A composite of two layers, then two layers, all of one size.
std::vector<std::byte> composite_model() {
  std::mt19937 random(3);
  ModelBuilder m;
  const auto layer = [&](int x) {
    std::vector<float> weights(size_t(kUnits) * kUnits);
    for (float& w : weights) w = float(random() % 2000) / 5000.0f - 0.2f;
    const int w = m.constant(f32({kUnits, kUnits}, weights)), y = m.tensor(f32({1, kUnits}));
    m.op("FULLY_CONNECTED", {x, w}, {y}, fb::FullyConnectedOptionsT{});
    return y;
  };
  const int x = m.input(f32({1, kUnits}), "x"), both = m.tensor(f32({1, kUnits}));
  m.op("STABLEHLO_COMPOSITE", {x}, {both}, options<fb::StableHLOCompositeOptionsT>([](auto& o) {
         o.name = "own.both";
         o.decomposition_subgraph_index = 1;
       }));
  m.output(layer(layer(both)));
  m.subgraph("both");
  m.output(layer(layer(m.input(f32({1, kUnits}), "a"))));
  return m.bytes();
}

class WeightCacheOfModels : public ::testing::Test {
 protected:
  std::string write_model(uint32_t seed, const std::string& name = "m.tflite") const {
    const auto bytes = layer_model(seed);
    const std::string path = folder_.in(name);
    EXPECT_TRUE(write_file(path, bytes).ok());
    return path;
  }
  ModelOptions options() const {
    ModelOptions o;
    o.weight_cache.folder = folder_.in("cache");
    return o;
  }
  struct Ran {
    std::vector<float> out;
    PlanReport report;
  };
  static Ran run(const std::shared_ptr<const Model>& model, int depth = kDepth) {
    auto session = Session::create(model).value();
    std::vector<float> in(static_cast<size_t>(depth));
    for (int i = 0; i < depth; ++i) in[size_t(i)] = float(i % 17) / 7.0f;
    EXPECT_TRUE(session->set_input(0, std::span<const float>(in)).ok());
    EXPECT_TRUE(session->run().ok());
    Ran out{std::vector<float>(kUnits), session->report()};
    std::memcpy(out.out.data(), session->output(0).data, kUnits * sizeof(float));
    return out;
  }
  static Ran run(const std::string& path, const ModelOptions& o) {
    return run(Model::load(path, o).value());
  }
  std::string only_file() const {
    const auto all = graph::WeightCache::list(folder_.in("cache")).value();
    EXPECT_EQ(all.size(), 1u);
    return folder_.in("cache") + "/" + all.at(0).name;
  }

  const TemporaryFolder folder_ = TemporaryFolder::make().value();
};

TEST_F(WeightCacheOfModels, gives_the_same_bits_without_packing) {
  const std::string path = write_model(1);
  const Ran plain = run(path, {});
  EXPECT_EQ(plain.report.weight_cache, "");
  EXPECT_EQ(plain.report.mapped_bytes, 0u);
  const Ran first = run(path, options()), second = run(path, options());
  EXPECT_EQ(first.report.weight_cache, "written");
  EXPECT_EQ(second.report.weight_cache, "read");
  EXPECT_GE(second.report.mapped_bytes, uint64_t{kDepth} * kUnits * 4);
  EXPECT_EQ(second.report.packed_bytes, second.report.mapped_bytes);
  EXPECT_EQ(first.out, plain.out);
  EXPECT_EQ(second.out, plain.out);
}

TEST_F(WeightCacheOfModels, is_shared_by_mapped_and_copied_weights) {
  const std::string path = write_model(1);
  run(path, options());
  ModelOptions mapped = options();
  mapped.open.map_weights = true;
  EXPECT_EQ(run(path, mapped).report.weight_cache, "read");
}

TEST_F(WeightCacheOfModels, knows_a_model_that_was_replaced) {
  const std::string path = write_model(1);
  run(path, options());
  write_model(2);
  const Ran other = run(path, options());
  EXPECT_EQ(other.report.weight_cache, "written");
  EXPECT_EQ(other.out, run(path, {}).out);
  EXPECT_NE(other.out, run(write_model(1), {}).out);
}

TEST_F(WeightCacheOfModels, keeps_numerics_apart) {
  const std::string path = write_model(1);
  run(path, options());
  ModelOptions reference = options();
  reference.numerics = Numerics::reference;
  EXPECT_EQ(run(path, reference).report.weight_cache, "written");
  EXPECT_EQ(run(path, options()).report.weight_cache, "read");
}

TEST_F(WeightCacheOfModels, is_not_touched_by_whoever_explains_a_model) {
  const auto bytes = composite_model();
  const auto with = [&](const ModelOptions& o) {
    return run(Model::load(bytes, o).value(), kUnits);
  };
  const auto explained = [&] {
    const auto report =
        Session::explain(schema::ModelFile::from_bytes(bytes, true).value(), options());
    return report.value().weight_cache;
  };
  const Ran plain = with({});
  EXPECT_EQ(explained(), "");
  const Ran first = with(options());
  EXPECT_EQ(first.report.weight_cache, "written");
  EXPECT_EQ(explained(), "");
  const Ran second = with(options());
  EXPECT_EQ(second.report.weight_cache, "read");
  EXPECT_EQ(first.out, plain.out);
  EXPECT_EQ(second.out, plain.out);
}

TEST_F(WeightCacheOfModels, keeps_folded_graphs_apart) {
  ModelBuilder m;
  const int x = m.input(f32({1, 4}), "x"), y = m.tensor(f32({1, 3})), bias = m.tensor(f32({3}));
  const int w = m.constant(f32({3, 4}, std::vector<float>(12, 0.5f)));
  m.op("NEG", {m.constant(f32({3}, {1, 2, 3}))}, {bias});
  m.op("FULLY_CONNECTED", {x, w, bias}, {y}, fb::FullyConnectedOptionsT{});
  m.output(y);
  m.output(m.tensor(f32({1, 3})));
  m.op("FULLY_CONNECTED", {x, w}, {m.current().outputs[1]}, fb::FullyConnectedOptionsT{});
  const auto bytes = m.bytes();
  const auto state = [&](bool folded) {
    ModelOptions o = options();
    o.fold_constants = folded;
    const auto session = Session::create(Model::load(bytes, o).value()).value();
    return session->report().weight_cache;
  };
  EXPECT_EQ(state(true), "written");
  EXPECT_EQ(state(false), "written");
  EXPECT_EQ(state(true), "read");
}

TEST_F(WeightCacheOfModels, may_lie_beside_the_model_or_go_by_a_token) {
  const std::string path = write_model(1);
  ModelOptions beside;
  beside.weight_cache.beside_model = true;
  run(path, beside);
  EXPECT_EQ(graph::WeightCache::list(folder_.path()).value().size(), 1u);
  EXPECT_EQ(run(path, beside).report.weight_cache, "read");
  ModelOptions token = options();
  token.weight_cache.token = "v1";
  run(path, token);
  EXPECT_EQ(run(write_model(1, "copy.tflite"), token).report.weight_cache, "read");
  const auto bytes = layer_model(1);  // in memory: by all its bytes
  const auto of_memory = [&] { return run(Model::load(bytes, options()).value()); };
  EXPECT_EQ(of_memory().report.weight_cache, "written");
  EXPECT_EQ(of_memory().report.weight_cache, "read");
}

TEST_F(WeightCacheOfModels, a_damaged_file_is_ignored_and_made_anew) {
  const std::string path = write_model(1);
  const Ran plain = run(path, options());
  const std::string cache = only_file();
  const std::string whole = read_file(cache).value();
  for (const size_t at : {size_t{0}, size_t{20}, size_t{130}, size_t{5000}, whole.size() - 100}) {
    std::string bad = whole;
    bad[at] = char(~bad[at]);
    ASSERT_TRUE(write_file(cache, bad).ok());
    fs::permissions(cache, fs::perms::owner_read | fs::perms::owner_write);
    const Ran again = run(path, options());
    EXPECT_EQ(again.report.weight_cache, "written") << at;
    EXPECT_EQ(again.out, plain.out);
    EXPECT_EQ(run(path, options()).report.weight_cache, "read") << at;
  }
}

TEST_F(WeightCacheOfModels, a_file_that_is_cut_while_it_is_mapped_is_an_error) {
  if (std::getenv("SAMARA_EMULATED") && sizeof(void*) == 4)
    GTEST_SKIP() << "the emulator says where the page lies on its host, not where it lies here";
  const std::string path = write_model(1);
  run(path, options());
  auto session = Session::create(Model::load(path, options()).value()).value();
  ASSERT_TRUE(session->run().ok());
  ASSERT_EQ(truncate(only_file().c_str(), 100), 0);
  const Status cut = session->run();
  ASSERT_FALSE(cut.ok());
  EXPECT_EQ(cut.error().code(), Code::data_loss);
  EXPECT_NE(cut.error().text().find("was truncated while it was mapped"), std::string::npos);
  EXPECT_EQ(run(path, options()).report.weight_cache, "written");
}

TEST_F(WeightCacheOfModels, what_cannot_be_written_says_why_and_costs_nothing_else) {
  const std::string path = write_model(1);
  ModelOptions o;
  o.weight_cache.folder = path + "/below a file";
  const Ran ran = run(path, o);
  EXPECT_NE(ran.report.weight_cache.find("cannot make the folder"), std::string::npos)
      << ran.report.weight_cache;
  EXPECT_EQ(ran.out, run(path, {}).out);
  o = options();
  o.weight_cache.limit = 1000;
  EXPECT_NE(run(path, o).report.weight_cache.find("the cache's limit is 1000"), std::string::npos);
}

TEST(halves, are_packed_from_where_they_lie) {
  const auto run = [](bool halves) {
    ModelBuilder m;
    const int x = m.input(f32({2, 4}), "x"), y = m.tensor(f32({2, 3}), "y");
    const std::vector<float> values = {1, -2, 0.5f, 4, 3, 2, 1, 0, -1, 65504, 6.103515625e-05f, 7};
    int w = halves ? m.tensor(f32({3, 4})) : m.constant(f32({3, 4}, values));
    if (halves) m.op("DEQUANTIZE", {m.constant(f16({3, 4}, values))}, {w});
    m.op("FULLY_CONNECTED", {x, w}, {y}, fb::FullyConnectedOptionsT{});
    m.output(y);
    const auto bytes = m.bytes();
    auto session = Session::create(Model::load(bytes).value()).value();
    const std::vector<float> in = {1, 2, 3, 4, 5, 6, 7, 8};
    EXPECT_TRUE(session->set_input(0, std::span<const float>(in)).ok());
    EXPECT_TRUE(session->run().ok());
    std::vector<float> out(6);
    std::memcpy(out.data(), session->output(0).data, sizeof(float) * out.size());
    return std::pair(out, session->report().packed_bytes);
  };
  const auto [plain, packed] = run(false);
  const auto [halves, packed_halves] = run(true);
  EXPECT_EQ(halves, plain);
  EXPECT_EQ(packed_halves, packed);  // no floats besides
}

TEST_F(WeightCacheOfModels, mapped_weights_may_be_dropped_while_sessions_run) {
  ModelOptions mapped;
  mapped.open.map_weights = true;
  const auto model = Model::load(write_model(1), mapped).value();
  const Ran before = run(model);
  model->file().drop_weights();
  EXPECT_EQ(run(model).out, before.out);
}

}  // namespace
}  // namespace samara::testing
