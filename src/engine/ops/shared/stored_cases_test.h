// Stored cases: testdata/<name>_*.tflite are layers with the inputs of several runs and what
// LiteRT's reference kernels gave for each, as metadata (tests/conformance/recurrent_cases.py and
// lstm_cases.py make them). The state goes on from run to run, and anew after a reset.
#pragma once

#include <filesystem>

#include "samara/runtime/session.h"
#include "testing/op_test.h"

namespace samara::testing {

class StoredCase {
 public:
  explicit StoredCase(const std::string& path) : path_(path) {}

  void run(int threads) {
    const auto model = Model::load(path_);
    ASSERT_TRUE(model.ok()) << model.error().text();
    SessionOptions options;
    options.threads = threads;
    auto session = Session::create(*model, options);
    ASSERT_TRUE(session.ok()) << session.error().text();
    for (int round = 0; round < 2; ++round) {
      inputs_ = entry(**model, "test_input");
      expected_ = entry(**model, "test_expected");
      ASSERT_FALSE(inputs_.empty());
      while (!inputs_.empty()) ASSERT_NO_FATAL_FAILURE(step(**session));
      EXPECT_TRUE(expected_.empty());
      ASSERT_TRUE((*session)->reset_variables().ok());
    }
  }

 private:
  static std::span<const std::byte> entry(const Model& model, std::string_view name) {
    for (const auto& e : model.file().metadata())
      if (e.name == name) return e.data;
    return {};
  }
  static std::span<const std::byte> take(std::span<const std::byte>& from, size_t bytes) {
    const auto taken = from.first(std::min(bytes, from.size()));
    from = from.subspan(taken.size());
    return taken;
  }

  void step(Session& session) {
    for (size_t i = 0; i < session.inputs(); ++i) {
      const Status set = session.set_input(i, take(inputs_, session.input(i).bytes));
      ASSERT_TRUE(set.ok()) << set.error().text();
    }
    const Status ran = session.run();
    ASSERT_TRUE(ran.ok()) << ran.error().text();
    for (size_t i = 0; i < session.outputs(); ++i) {
      const graph::Tensor& out = session.output(i);
      const auto want = take(expected_, out.bytes);
      ASSERT_EQ(out.bytes, want.size());
      if (out.type == Type::f32) {
        expect_near(out, want);
      } else {
        EXPECT_EQ(std::memcmp(out.data, want.data(), want.size()), 0);
      }
    }
  }

  void expect_near(const graph::Tensor& out, std::span<const std::byte> want) const {
    const float tolerance = path_.find("hybrid") == std::string::npos ? 2e-6f : 1e-4f;
    for (int64_t i = 0; i < out.shape.elements(); ++i) {
      float expected = 0;
      std::memcpy(&expected, want.data() + size_t(i) * sizeof(float), sizeof(float));
      ASSERT_NEAR(reinterpret_cast<const float*>(out.data)[i], expected, tolerance) << i;
    }
  }

  std::string path_;
  std::span<const std::byte> inputs_, expected_;
};

/// Runs all cases of that name, of which there are `count`.
inline void run_stored_cases(const std::string& name, int count) {
  int cases = 0;
  for (const auto& file : std::filesystem::directory_iterator("src/engine/ops/testdata")) {
    const std::string path = file.path().string();
    if (path.find("/" + name + "_") == std::string::npos) continue;
    SCOPED_TRACE(path);
    StoredCase(path).run(1);
    StoredCase(path).run(2);
    ++cases;
  }
  EXPECT_EQ(cases, count);
}

}  // namespace samara::testing
