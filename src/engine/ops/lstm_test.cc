#include "engine/ops/shared/stored_cases_test.h"

namespace samara::testing::lstm_test {

OP_TEST(lstm, gives_what_litert_gave) {
  run_stored_cases("lstm_full", 4);
  run_stored_cases("lstm_basic", 4);
  run_stored_cases("lstm_bytes", 2);
}

/// The BASIC kernel with one cell and one input.
OpCase basic(Literal weights, Literal bias, Literal last, Literal cell) {
  OpCase c{.op = "LSTM", .stateful = true, .never_all_constant = true};
  c.options = options<fb::LSTMOptionsT>([](auto& o) {
    o.kernel_type = fb::LSTMKernelType_BASIC;
    o.fused_activation_function = fb::ActivationFunctionType_TANH;
  });
  c.in(f32({1, 1}, {1})).variable(std::move(last)).constant(std::move(weights));
  return std::move(c.constant(std::move(bias)).variable(std::move(cell)));
}

// i = logistic(1), g = tanh(2), f and o = logistic(0).
OP_TEST(lstm, has_a_basic_kernel) {
  OpCase c = basic(f32({4, 2}, {1, 9, 2, 9, 0, 9, 0, 9}), f32({4}), f32({1, 1}), f32({1, 1}));
  const float cell = std::tanh(2.0f) / (1 + std::exp(-1.0f));
  c.out(f32({1, 1}, {std::tanh(cell) / 2})).out(f32({1, 1}, {cell}));
  run_everywhere(c.out(f32({1, 2}, {1, 0})).out(f32({1, 4}, {1, 2, 0, 0})));
}

OP_TEST(lstm, refuses_basic_operands_that_do_not_fit) {
  const auto refuses = [](OpCase c, Code code, const char* text) {
    c.out(f32({1, 1})).out(f32({1, 1})).out(f32({1, 2})).out(f32({1, 4}));
    expect_error(c, code, text);
  };
  const auto weights = f32({4, 2}), bias = f32({4}), state = f32({1, 1});
  refuses(basic(f32({4, 3}), bias, state, state), Code::invalid_model, "weights");
  refuses(basic(weights, f32({3}), state, state), Code::invalid_model, "bias");
  refuses(basic(weights, bias, f32({2, 1}), state), Code::invalid_model, "last output");
  refuses(basic(weights, bias, state, f32({1, 2})), Code::invalid_model, "cell state");
  refuses(basic(u8({4, 2}).q(1), bias, state, state), Code::unsupported, "uint8");
  OpCase few = basic(weights, bias, state, state);
  few.inputs.pop_back();
  refuses(few, Code::invalid_model, "takes 5 inputs");
}

OP_TEST(lstm, refuses_a_basic_cell_of_another_scale) {
  OpCase c = basic(u8({4, 2}).q(0.01f, 128), i32({4}).q(1e-4f), u8({1, 1}).q(1.0f / 128, 128),
                   i16({1, 1}).q(0x1p-11f));
  c.inputs[0] = u8({1, 1}).q(1.0f / 128, 128);
  c.out(u8({1, 1}).q(1.0f / 128, 128)).out(i16({1, 1}).q(0x1p-10f));
  c.out(u8({1, 2}).q(1.0f / 128, 128)).out(i16({1, 4}).q(0x1p-12f));
  expect_error(c, Code::invalid_model, "not 2^-11");
}

OP_TEST(lstm, refuses_cells_of_byte_products_it_cannot_have) {
  OpCase c{.op = "LSTM", .never_all_constant = true};
  c.in(i8({1, 2}).q(0.1f));
  for (int i = 0; i < 8; ++i) c.weights(i8({2, 2}).q(0.1f));
  for (int i = 0; i < 3; ++i) c.no_input();
  for (int i = 0; i < 4; ++i) c.weights(i32({2}).q(0.01f));
  c.no_input().no_input();
  c.variable(i8({1, 2}).q(0.1f)).variable(i16({1, 2}).q(0x1p-15f));
  for (int i = 0; i < 12; ++i) c.intermediate(i8({0}).q(0.1f));
  c.out(i8({1, 2}).q(0.1f));
  expect_error(c, Code::unsupported, "coupled gates");
}

/// The output of one int8 cell whose output is projected by `weight` to quanta of 2^-60.
int8_t projected_to_tiny_quanta(int8_t weight, int32_t zero_point) {
  ModelBuilder m;
  std::vector<int> operands = {m.input(i8({1, 1}, {100}).q(0.1f))};
  for (int i = 0; i < 8; ++i) operands.push_back(m.constant(i8({1, 1}, {127}).q(0.1f)));
  for (int i = 0; i < 3; ++i) operands.push_back(-1);
  for (int i = 0; i < 4; ++i) operands.push_back(m.constant(i32({1}, {0}).q(0.01f)));
  operands.push_back(m.constant(i8({1, 1}, {weight}).q(0.1f)));
  operands.push_back(-1);
  operands.push_back(m.variable(i8({1, 1}).q(0x1p-60f, zero_point)));
  operands.push_back(m.variable(i16({1, 1}).q(0x1p-15f)));
  const int out = m.tensor(i8({1, 1}).q(0x1p-60f, zero_point));
  m.op("LSTM", operands, {out}, options<fb::LSTMOptionsT>([](auto& o) {
         o.fused_activation_function = fb::ActivationFunctionType_TANH;
       }));
  for (int i = 0; i < 5; ++i) {
    m.current().operators[0]->intermediates.push_back(m.tensor(i8({0}).q(0.01f)));
  }
  m.output(out);
  const auto got = run_model(m.bytes(), {i8({1, 1}, {100})});
  EXPECT_TRUE(got.ok()) << got.error().text();
  return got.ok() ? (*got)[0].values<int8_t>()[0] : 0;
}

OP_TEST(lstm, saturates_where_the_output_has_tiny_quanta) {
  EXPECT_EQ(projected_to_tiny_quanta(100, 127), 127);
  EXPECT_EQ(projected_to_tiny_quanta(-100, -128), -128);
}

}  // namespace samara::testing::lstm_test
