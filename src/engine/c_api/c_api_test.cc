// The engine as C sees it: what it gives, what it refuses, and that its errors say what and where.
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"
#include "engine/c_api/handles.h"
#include "testing/model_builder.h"

namespace samara::testing {
namespace {

constexpr const char* kModel = "examples/digits/models/digits_f32.tflite";
constexpr const char* kInt8 = "examples/digits/models/digits_int8.tflite";

/// The error's name and text, and frees it; "ok".
std::string said(samara_error* error) {
  std::string out = samara_error_name(error);
  if (error) out += std::string(": ") + samara_error_text(error);
  samara_error_free(error);
  return out;
}

void expect_fails(samara_error* error, samara_status status, const std::string& part) {
  EXPECT_EQ(samara_error_status(error), status);
  EXPECT_NE(std::string(samara_error_text(error)).find(part), std::string::npos)
      << samara_error_text(error);
  samara_error_free(error);
}

samara_model* load(const char* path) {
  samara_model* model = nullptr;
  EXPECT_EQ(said(samara_model_load(path, nullptr, 0, &model)), "ok");
  return model;
}

samara_model* load(const ModelBuilder& m) {
  const std::vector<std::byte> bytes = m.bytes();
  samara_model* model = nullptr;
  EXPECT_EQ(said(samara_model_load_bytes(bytes.data(), bytes.size(), nullptr, 0, &model)), "ok");
  return model;
}

/// A session, which keeps its model.
samara_session* open(samara_model* model, samara_pool* pool = nullptr,
                     std::vector<samara_setting> settings = {}) {
  samara_session* session = nullptr;
  EXPECT_EQ(said(samara_session_new(model, pool, settings.data(), settings.size(), &session)),
            "ok");
  samara_model_free(model);
  return session;
}

/// One inference over an input whose bytes are `value`: the first output's bytes.
std::string run(samara_session* session, int value, const samara_run* how = nullptr) {
  void* data = nullptr;
  size_t size = 0;
  EXPECT_EQ(said(samara_session_input_data(session, 0, &data, &size)), "ok");
  std::memset(data, value, size);
  EXPECT_EQ(said(samara_session_run(session, how)), "ok");
  const void* result = nullptr;
  EXPECT_EQ(said(samara_session_output_data(session, 0, &result, &size)), "ok");
  return std::string(static_cast<const char*>(result), size);
}

ModelBuilder endless() {
  ModelBuilder m;
  const int x = m.input(boolean({1}), "x"), y = m.tensor(boolean({1}), "y");
  m.op("WHILE", {x}, {y}, options<fb::WhileOptionsT>([](auto& o) {
         o.cond_subgraph_index = 1;
         o.body_subgraph_index = 1;
       }));
  m.output(y);
  m.subgraph("same");
  const int in = m.input(boolean({1}), "in"), out = m.tensor(boolean({1}), "out");
  m.op("LOGICAL_OR", {in, in}, {out});
  m.output(out);
  return m;
}

/// Of the texts that it is given, the third and the first.
ModelBuilder texts_model() {
  ModelBuilder m;
  const int x = m.input(strings({3}, {}), "texts"), y = m.tensor(strings({2}, {}), "chosen");
  m.op("GATHER", {x, m.constant(i32({2}, {2, 0}))}, {y}, fb::GatherOptionsT{});
  m.output(y);
  return m;
}

// The tests of bindings/go and bindings/rust use them. Written anew where SAMARA_WRITE_MODELS is set.
TEST(c_api, the_models_of_the_bindings_are_made_here) {
  const std::pair<const char*, ModelBuilder> models[] = {
      {"bindings/testdata/endless.tflite", endless()},
      {"bindings/testdata/texts.tflite", texts_model()}};
  for (const auto& [path, model] : models) {
    if (std::getenv("SAMARA_WRITE_MODELS")) {
      ASSERT_TRUE(write_file(path, model.bytes()).ok());
    }
    const auto bytes = read_file(path);
    ASSERT_TRUE(bytes.ok()) << path;
    const std::vector<std::byte> made = model.bytes();
    EXPECT_EQ(*bytes, std::string(reinterpret_cast<const char*>(made.data()), made.size())) << path;
  }
}

TEST(c_api, describes_and_runs_a_model) {
  samara_model* model = load(kInt8);
  ASSERT_EQ(samara_model_signatures(model), 1u);
  EXPECT_NE(samara_model_signature(model, 0), nullptr);
  EXPECT_EQ(samara_model_signature(model, 1), nullptr);
  samara_session* session = open(model, nullptr, {{"threads", "2"}});
  ASSERT_EQ(samara_session_inputs(session), 1u);
  ASSERT_EQ(samara_session_outputs(session), 1u);
  samara_tensor t;
  ASSERT_EQ(said(samara_session_output(session, 0, &t)), "ok");
  EXPECT_STREQ(t.type, "int8");
  ASSERT_EQ(t.dimensions, 2);
  EXPECT_EQ(t.shape[1], 10);
  samara_quantization q;
  ASSERT_EQ(said(samara_session_output_quantization(session, 0, &q)), "ok");
  ASSERT_EQ(q.count, 1u);
  EXPECT_FLOAT_EQ(q.scales[0], 1.0f / 256);
  EXPECT_EQ(q.zero_points[0], -128);
  EXPECT_EQ(run(session, 3).size(), 10u);
  const samara_memory memory = samara_session_memory(session);
  EXPECT_GT(memory.arena, 0u);
  EXPECT_GT(memory.constants + memory.packed, 0u);
  EXPECT_EQ(said(samara_session_reset(session)), "ok");
  samara_session_free(session);
}

TEST(c_api, says_what_every_operator_took) {
  samara_session* session = open(load(kModel));
  struct Seen {
    int nodes = 0;
    std::string first;
    int64_t least = 0;
  } seen;
  samara_run how = {};
  how.user = &seen;
  how.on_node = [](void* user, const samara_node* node) {
    auto& s = *static_cast<Seen*>(user);
    if (s.nodes++ == 0) s.first = node->op;
    s.least = std::min(s.least, node->nanoseconds);
  };
  const std::string with = run(session, 0, &how);
  EXPECT_GT(seen.nodes, 2);
  EXPECT_FALSE(seen.first.empty());
  EXPECT_EQ(seen.least, 0);
  EXPECT_EQ(with, run(session, 0)) << "looking on changes nothing";
  samara_session_free(session);
}

TEST(c_api, sessions_share_a_pool_that_may_go_first) {
  samara_pool* pool = nullptr;
  ASSERT_EQ(said(samara_pool_new(2, &pool)), "ok");
  samara_session* a = open(load(kInt8), pool);
  samara_session* b = open(load(kInt8), pool);
  samara_pool_free(pool);
  std::string from_a, from_b;
  std::thread other([&] { from_b = run(b, 7); });
  from_a = run(a, 7);
  other.join();
  EXPECT_EQ(from_a, from_b);
  samara_session_free(a);
  samara_session_free(b);
  expect_fails(samara_pool_new(0, &pool), SAMARA_INVALID_ARGUMENT, "1024");
  expect_fails(samara_pool_new(1, nullptr), SAMARA_INVALID_ARGUMENT, "null");
}

TEST(c_api, hands_texts_through) {
  samara_session* session = open(load(texts_model()));
  const samara_bytes texts[] = {{"a\0b", 3}, {"x", 1}, {nullptr, 0}};
  ASSERT_EQ(said(samara_session_set_strings(session, 0, texts, 3)), "ok");
  ASSERT_EQ(said(samara_session_run(session, nullptr)), "ok");
  const samara_bytes* out = nullptr;
  size_t count = 0;
  ASSERT_EQ(said(samara_session_strings(session, 0, &out, &count)), "ok");
  ASSERT_EQ(count, 2u);
  EXPECT_EQ(out[0].size, 0u);
  EXPECT_EQ(std::string(static_cast<const char*>(out[1].data), out[1].size),
            std::string("a\0b", 3));
  const samara_bytes torn[] = {{nullptr, 1}};
  expect_fails(samara_session_set_strings(session, 0, torn, 1), SAMARA_INVALID_ARGUMENT, "data");
  expect_fails(samara_session_set_strings(session, 0, texts, 1), SAMARA_INVALID_ARGUMENT,
               "strings");
  void* data = nullptr;
  size_t size = 0;
  expect_fails(samara_session_input_data(session, 0, &data, &size), SAMARA_INVALID_ARGUMENT,
               "strings");
  samara_session_free(session);
}

TEST(c_api, outputs_have_no_value_before_a_run_of_the_present_shapes) {
  ModelBuilder m;
  const int x = m.input(f32({2}, {}), "x"), y = m.tensor(f32({2}, {}), "y");
  m.at(x).shape_signature = {-1};
  m.at(y).shape_signature = {-1};
  m.op("NEG", {x}, {y});
  m.output(y);
  samara_session* session = open(load(m));
  const void* data = nullptr;
  size_t size = 0;
  expect_fails(samara_session_output_data(session, 0, &data, &size), SAMARA_FAILED_PRECONDITION,
               "run");
  EXPECT_EQ(run(session, 0).size(), 8u);
  const int32_t shape[] = {3};
  ASSERT_EQ(said(samara_session_resize(session, 0, shape, 1)), "ok");
  expect_fails(samara_session_output_data(session, 0, &data, &size), SAMARA_FAILED_PRECONDITION,
               "run");
  EXPECT_EQ(run(session, 0).size(), 12u);
  expect_fails(samara_session_resize(session, 1, shape, 1), SAMARA_INVALID_ARGUMENT, "input 1");
  expect_fails(samara_session_resize(session, 0, shape, 9), SAMARA_INVALID_ARGUMENT,
               "9 dimensions");
  expect_fails(samara_session_resize(session, 0, nullptr, 1), SAMARA_INVALID_ARGUMENT, "null");
  samara_session_free(session);
}

TEST(c_api, runs_end_by_deadline_by_budget_and_when_cancelled) {
  samara_session* session = open(load(endless()));
  void* data = nullptr;
  size_t size = 0;
  ASSERT_EQ(said(samara_session_input_data(session, 0, &data, &size)), "ok");
  std::memset(data, 1, size);
  samara_run how = {};
  how.deadline_ms = 5;
  expect_fails(samara_session_run(session, &how), SAMARA_DEADLINE_EXCEEDED, "WHILE");
  how.deadline_ms = 0;
  samara_cancellation* cancellation = samara_cancellation_new();
  how.cancellation = cancellation;
  std::thread other([&] { samara_cancellation_cancel(cancellation); });
  expect_fails(samara_session_run(session, &how), SAMARA_CANCELLED, "");
  other.join();
  expect_fails(samara_session_run(session, &how), SAMARA_CANCELLED, "");
  samara_cancellation_free(cancellation);
  how.deadline_ms = -1;
  expect_fails(samara_session_run(session, &how), SAMARA_INVALID_ARGUMENT, "deadline");
  samara_session_free(session);
  session = open(load(endless()), nullptr, {{"loop_limit", "10"}});
  ASSERT_EQ(said(samara_session_input_data(session, 0, &data, &size)), "ok");
  std::memset(data, 1, size);
  expect_fails(samara_session_run(session, nullptr), SAMARA_RESOURCE_EXHAUSTED, "10");
  samara_session_free(session);
}

TEST(c_api, settings_are_known_or_refused) {
  samara_model* model = nullptr;
  const auto loads = [&](samara_setting setting) {
    return samara_model_load(kInt8, &setting, 1, &model);
  };
  for (const char* numerics : {"reference", "xnnpack"}) {
    ASSERT_EQ(said(loads({"numerics", numerics})), "ok");
    EXPECT_EQ(model->model->numerics() == Numerics::reference, numerics[0] == 'r');
    samara_model_free(model);
  }
  expect_fails(loads({"numerics", "exact"}), SAMARA_INVALID_ARGUMENT, "numerics 'exact'");
  expect_fails(loads({"numeric", "xnnpack"}), SAMARA_INVALID_ARGUMENT, "fold_constants");
  expect_fails(loads({"fold_constants", "1"}), SAMARA_INVALID_ARGUMENT, "true or false");
  expect_fails(loads({"fold_limit_ms", "-1"}), SAMARA_INVALID_ARGUMENT, "number");
  expect_fails(loads({"packed_limit", nullptr}), SAMARA_INVALID_ARGUMENT, "null");
  expect_fails(loads({"ops_library", "no/such.so"}), SAMARA_NOT_FOUND, "no/such.so");
  model = load(kInt8);
  samara_session* session = nullptr;
  const auto opens = [&](samara_setting setting) {
    return samara_session_new(model, nullptr, &setting, 1, &session);
  };
  expect_fails(opens({"threads", "0"}), SAMARA_INVALID_ARGUMENT, "1024");
  expect_fails(opens({"threads", "99999999999"}), SAMARA_INVALID_ARGUMENT, "number");
  expect_fails(opens({"signature", "other"}), SAMARA_NOT_FOUND, "other");
  expect_fails(opens({"arena_limit", "10"}), SAMARA_RESOURCE_EXHAUSTED, "10");
  expect_fails(opens({"time_limit_ms", ""}), SAMARA_INVALID_ARGUMENT, "number");
  samara_model_free(model);
}

TEST(c_api, bad_models_and_null_are_told) {
  samara_model* model = nullptr;
  expect_fails(samara_model_load("no such file", nullptr, 0, &model), SAMARA_NOT_FOUND,
               "no such file");
  expect_fails(samara_model_load_bytes("TFL3", 4, nullptr, 0, &model), SAMARA_INVALID_MODEL, "");
  expect_fails(samara_model_load_bytes(nullptr, 4, nullptr, 0, &model), SAMARA_INVALID_ARGUMENT,
               "data");
  expect_fails(samara_model_load(nullptr, nullptr, 0, &model), SAMARA_INVALID_ARGUMENT, "path");
  expect_fails(samara_model_load(kModel, nullptr, 1, &model), SAMARA_INVALID_ARGUMENT, "settings");
  expect_fails(samara_model_load(kModel, nullptr, 0, nullptr), SAMARA_INVALID_ARGUMENT, "out");
  EXPECT_EQ(model, nullptr);
  samara_session* session = nullptr;
  expect_fails(samara_session_new(nullptr, nullptr, nullptr, 0, &session), SAMARA_INVALID_ARGUMENT,
               "model");
  samara_tensor t;
  samara_quantization q;
  expect_fails(samara_session_input(nullptr, 0, &t), SAMARA_INVALID_ARGUMENT, "session");
  expect_fails(samara_session_run(nullptr, nullptr), SAMARA_INVALID_ARGUMENT, "session");
  expect_fails(samara_session_reset(nullptr), SAMARA_INVALID_ARGUMENT, "session");
  session = open(load(kModel));
  expect_fails(samara_session_input(session, 1, &t), SAMARA_INVALID_ARGUMENT, "no input 1");
  expect_fails(samara_session_output(session, 1, &t), SAMARA_INVALID_ARGUMENT, "no output 1");
  expect_fails(samara_session_output(session, 0, nullptr), SAMARA_INVALID_ARGUMENT, "out");
  expect_fails(samara_session_input_quantization(session, 0, nullptr), SAMARA_INVALID_ARGUMENT,
               "out");
  ASSERT_EQ(said(samara_session_input_quantization(session, 0, &q)), "ok");
  EXPECT_EQ(q.count, 0u) << "a float has none";
  EXPECT_EQ(samara_session_inputs(nullptr), 0u);
  EXPECT_EQ(samara_model_signatures(nullptr), 0u);
  EXPECT_EQ(samara_session_memory(nullptr).arena, 0u);
  EXPECT_STREQ(samara_error_text(nullptr), "");
  samara_cancellation_cancel(nullptr);
  samara_cancellation_free(nullptr);
  samara_session_free(session);
  samara_session_free(nullptr);
  samara_model_free(nullptr);
  samara_pool_free(nullptr);
}

}  // namespace
}  // namespace samara::testing
