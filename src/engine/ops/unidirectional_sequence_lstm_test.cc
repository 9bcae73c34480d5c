// Stored cases: testdata/lstm_*.tflite are layers with an input and what LiteRT's reference kernels
// gave for it, as metadata (tests/conformance/lstm_cases.py makes them).
#include <filesystem>

#include "engine/ops/shared/sigmoid16.h"
#include "samara/runtime/session.h"
#include "testing/op_test.h"

namespace samara::testing {
namespace {

std::span<const std::byte> entry(const Model& model, std::string_view name) {
  for (const auto& e : model.file().metadata())
    if (e.name == name) return e.data;
  return {};
}

void expect_near(const graph::Tensor& out, std::span<const std::byte> expected, float tolerance) {
  const auto* want = reinterpret_cast<const float*>(expected.data());
  const auto* got = reinterpret_cast<const float*>(out.data);
  for (int64_t i = 0; i < out.shape.elements(); ++i) ASSERT_NEAR(got[i], want[i], tolerance) << i;
}

void run_case(const std::string& path, int threads) {
  const auto model = Model::load(path);
  ASSERT_TRUE(model.ok()) << model.error().text();
  SessionOptions options;
  options.threads = threads;
  auto session = Session::create(*model, options);
  ASSERT_TRUE(session.ok()) << session.error().text();
  const auto expected = entry(**model, "test_expected");
  for (int run = 0; run < 2; ++run) {  // the state starts anew
    const Status set = (*session)->set_input(0, entry(**model, "test_input"));
    ASSERT_TRUE(set.ok()) << set.error().text();
    const Status ran = (*session)->run();
    ASSERT_TRUE(ran.ok()) << ran.error().text();
    const graph::Tensor& out = (*session)->output(0);
    ASSERT_EQ(out.bytes, expected.size());
    if (out.type == Type::i8) {
      EXPECT_EQ(std::memcmp(out.data, expected.data(), expected.size()), 0);
    } else {
      expect_near(out, expected, path.find("hybrid") == std::string::npos ? 1e-6f : 1e-4f);
    }
    ASSERT_TRUE((*session)->reset_variables().ok());
  }
}

OP_TEST(unidirectional_sequence_lstm, gives_what_litert_gave) {
  int cases = 0;
  for (const auto& file : std::filesystem::directory_iterator("src/engine/ops/testdata")) {
    const std::string path = file.path().string();
    if (path.find("/lstm_") == std::string::npos) continue;
    SCOPED_TRACE(path);
    run_case(path, 1);
    run_case(path, 2);
    ++cases;
  }
  EXPECT_EQ(cases, 12);
}

OP_TEST(unidirectional_sequence_lstm, refuses_operands_that_do_not_fit) {
  OpCase few{.op = "UNIDIRECTIONAL_SEQUENCE_LSTM"};
  few.in(f32({1, 1, 2})).in(f32({1, 2})).out(f32({1, 1, 1}));
  expect_error(few, Code::invalid_model, "20 or 24 inputs");

  const auto layer = [](Literal recurrent, Literal bias) {
    OpCase c{.op = "UNIDIRECTIONAL_SEQUENCE_LSTM", .never_all_constant = true};
    c.in(f32({1, 1, 2}));
    for (int i = 0; i < 4; ++i) c.weights(f32({3, 2}));
    for (int i = 0; i < 4; ++i) c.weights(recurrent);
    for (int i = 0; i < 3; ++i) c.no_input();
    for (int i = 0; i < 4; ++i) c.weights(bias);
    c.no_input().no_input();
    c.variable(f32({1, 3})).variable(f32({1, 3}));
    return c.out(f32({1, 1, 3}));
  };
  expect_error(layer(f32({3, 4}), f32({3})), Code::invalid_model, "no projection");
  expect_error(layer(f32({2, 3}), f32({3})), Code::invalid_model, "recurrent weights");
  expect_error(layer(f32({3}), f32({3})), Code::unsupported, "diagonal");
  expect_error(layer(f32({3, 3}), f32({2})), Code::invalid_model, "bias");
  expect_error(layer(i8({3, 3}), f32({3})), Code::unsupported, "int8");
}

TEST(Sigmoid16, is_near_the_function_and_ends_where_it_does) {
  for (int x = -32768; x <= 32767; x += 13) {
    const double real = x / 4096.0;
    EXPECT_NEAR(ops::sixteen::logistic(int16_t(x)) / 32768.0, 1 / (1 + std::exp(-real)), 2e-4) << x;
    EXPECT_NEAR(ops::sixteen::tanh(int16_t(x), 3) / 32768.0, std::tanh(real), 4e-4) << x;
  }
  EXPECT_EQ(ops::sixteen::logistic(0), 1 << 14);
  EXPECT_EQ(ops::sixteen::tanh(0, 3), 0);
  for (int bits = 0; bits <= 6; ++bits) {
    const double one = 1 << (15 - bits);
    for (int x = -32768; x <= 32767; x += 511) {
      EXPECT_NEAR(ops::sixteen::tanh(int16_t(x), bits) / 32768.0, std::tanh(x / one), 2e-3) << bits;
    }
  }
}

}  // namespace
}  // namespace samara::testing
