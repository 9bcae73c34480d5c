#include "engine/kernels/sigmoid16/sigmoid16.h"
#include "engine/ops/shared/stored_cases_test.h"

namespace samara::testing::unidirectional_sequence_lstm_test {

OP_TEST(unidirectional_sequence_lstm, gives_what_litert_gave) {
  run_stored_cases("lstm_float", 4);
  run_stored_cases("lstm_hybrid", 4);
  run_stored_cases("lstm_integer", 6);
  run_stored_cases("unidirectional_sequence_lstm", 4);
}

OP_TEST(unidirectional_sequence_lstm, refuses_integer_cells_that_do_not_fit) {
  const auto layer = [](Literal cell, Literal norm) {
    OpCase c{.op = "UNIDIRECTIONAL_SEQUENCE_LSTM", .never_all_constant = true};
    c.in(i8({1, 1, 2}).q(0.1f));
    for (int i = 0; i < 8; ++i) c.weights(i8({2, 2}).q(0.1f));
    for (int i = 0; i < 3; ++i) c.no_input();
    for (int i = 0; i < 4; ++i) c.weights(i32({2}).q(0.01f));
    c.no_input().no_input();
    c.variable(i8({1, 2}).q(0.1f)).variable(std::move(cell));
    for (int i = 0; i < 4; ++i) c.weights(norm);
    for (int i = 0; i < 4; ++i) c.intermediate(i16({0}).q(0x1p-12f));
    return std::move(c.out(i8({1, 1, 2}).q(0.1f)));
  };
  const auto cell = i16({1, 2}).q(0x1p-11f), norm = i16({2}).q(0x1p-15f);
  OpCase few = layer(cell, norm);
  expect_error(few, Code::invalid_model, "4 intermediate tensors");
  const auto refuses = [](OpCase c, Code code, const char* text) {
    c.intermediate(i8({0}).q(0.1f));
    expect_error(c, code, text);
  };
  refuses(layer(i16({1, 2}).q(0.01f), norm), Code::invalid_model, "power of two");
  refuses(layer(cell, i16({2})), Code::invalid_model, "scale");
  refuses(layer(cell, f32({2})), Code::unsupported, "float32");
  refuses(layer(cell, i16({3}).q(1)), Code::invalid_model, "normalisation weights");
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
  expect_error(layer(f32({2}), f32({3})), Code::invalid_model, "recurrent weights");
  expect_error(layer(f32({3, 3}), f32({2})), Code::invalid_model, "bias");
  expect_error(layer(i8({3, 3}), f32({3})), Code::unsupported, "int8");
}

/// A cell of one unit with int16 activations: gates without weights but for the cell's own.
OpCase wide_layer() {
  OpCase c{.op = "UNIDIRECTIONAL_SEQUENCE_LSTM", .version = 5, .stateful = true};
  c.never_all_constant = true;
  c.options = options<fb::UnidirectionalSequenceLSTMOptionsT>([](auto& o) {
    o.fused_activation_function = fb::ActivationFunctionType_TANH;
    o.time_major = true;
  });
  c.in(i16({2, 1, 1}, {16384, -16384}).q(0x1p-15f));
  for (int gate = 0; gate < 4; ++gate) {
    c.weights(i8({1, 1}, {int8_t(gate == 2 ? 64 : 0)}).q(1.0f / 64));
  }
  for (int gate = 0; gate < 4; ++gate) c.weights(i8({1, 1}, {0}).q(1.0f / 64));
  for (int i = 0; i < 3; ++i) c.no_input();
  for (int gate = 0; gate < 4; ++gate) c.weights(i64({1}, {0}).q(0x1p-21f));
  c.no_input().no_input();
  c.variable(i16({1, 1}).q(0x1p-15f)).variable(i16({1, 1}).q(0x1p-11f));
  return c;
}

// All gates are one half: c' = c / 2 + tanh(x) / 2, h = tanh(c') / 2.
OP_TEST(unidirectional_sequence_lstm, takes_int16_activations) {
  OpCase c = wide_layer();
  const double first = std::tanh(0.5) / 2, second = first / 2 - first;
  const auto near = [](double real) { return int16_t(std::lround(std::tanh(real) / 2 * 32768)); };
  ModelBuilder m;
  std::vector<int> operands;
  for (const Literal& l : c.inputs) {
    operands.push_back(l.role == Role::absent     ? -1
                       : l.role == Role::variable ? m.variable(l)
                       : l.role == Role::constant ? m.constant(l)
                                                  : m.input(l));
  }
  const int out = m.tensor(i16({2, 1, 1}).q(0x1p-15f));
  m.op(c.op, {operands.begin(), operands.end()}, {out}, c.options, 5);
  m.output(out);
  const auto got = run_model(m.bytes(), {c.inputs[0]});
  ASSERT_TRUE(got.ok()) << got.error().text();
  // The cell state's quanta are 2^-11.
  EXPECT_NEAR((*got)[0].values<int16_t>()[0], near(first), 12);
  EXPECT_NEAR((*got)[0].values<int16_t>()[1], near(second), 12);
}

OP_TEST(unidirectional_sequence_lstm, refuses_int16_activations_it_cannot_have) {
  const auto refuses = [](size_t input, Literal with, Code code, const char* text) {
    OpCase c = wide_layer();
    c.inputs[input] = std::move(with);
    c.out(i16({2, 1, 1}).q(0x1p-15f));
    expect_error(c, code, text);
  };
  refuses(0, i16({2, 1, 1}).q(0x1p-15f, 3), Code::invalid_model, "zero point");
  refuses(12, i32({1}).q(1).as(Role::constant), Code::unsupported, "int32");
  refuses(16, i8({1, 1}).q(1).as(Role::constant), Code::unsupported, "projection");
  refuses(19, i16({1, 1}).q(0.3f).as(Role::variable), Code::invalid_model, "power of two");
}

TEST(Sigmoid16, is_near_the_function_and_ends_where_it_does) {
  for (int x = -32768; x <= 32767; x += 13) {
    const double real = x / 4096.0;
    EXPECT_NEAR(kernels::sixteen::logistic(int16_t(x)) / 32768.0, 1 / (1 + std::exp(-real)), 2e-4)
        << x;
    EXPECT_NEAR(kernels::sixteen::tanh(int16_t(x), 3) / 32768.0, std::tanh(real), 4e-4) << x;
  }
  EXPECT_EQ(kernels::sixteen::logistic(0), 1 << 14);
  EXPECT_EQ(kernels::sixteen::tanh(0, 3), 0);
  for (int bits = 0; bits <= 6; ++bits) {
    const double one = 1 << (15 - bits);
    for (int x = -32768; x <= 32767; x += 511) {
      EXPECT_NEAR(kernels::sixteen::tanh(int16_t(x), bits) / 32768.0, std::tanh(x / one), 2e-3)
          << bits;
    }
  }
}

}  // namespace samara::testing::unidirectional_sequence_lstm_test
