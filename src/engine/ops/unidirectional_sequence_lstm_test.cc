#include "engine/ops/shared/sigmoid16.h"
#include "engine/ops/shared/stored_cases_test.h"

namespace samara::testing {
namespace {

OP_TEST(unidirectional_sequence_lstm, gives_what_litert_gave) { run_stored_cases("lstm", 12); }

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
