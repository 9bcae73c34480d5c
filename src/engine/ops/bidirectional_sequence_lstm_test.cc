#include "engine/ops/shared/stored_cases_test.h"

namespace samara::testing::bidirectional_sequence_lstm_test {

/// Two cells of one unit over the steps 1, 2: gates without weights but for the cell's own.
OpCase layer(bool merged, float first = 1, float second = 2) {
  OpCase c{.op = "BIDIRECTIONAL_SEQUENCE_LSTM", .stateful = true, .never_all_constant = true};
  c.options = options<fb::BidirectionalSequenceLSTMOptionsT>([=](auto& o) {
    o.time_major = true;
    o.merge_outputs = merged;
    o.fused_activation_function = fb::ActivationFunctionType_RELU;
  });
  c.in(f32({2, 1, 1}, {1, 2}));
  for (const float weight : {first, second}) {
    for (int gate = 0; gate < 4; ++gate) c.weights(f32({1, 1}, {gate == 2 ? weight : 0.0f}));
    for (int gate = 0; gate < 4; ++gate) c.weights(f32({1, 1}));
    for (int i = 0; i < 3; ++i) c.no_input();
    for (int gate = 0; gate < 4; ++gate) c.weights(f32({1}));
    c.no_input().no_input();
  }
  for (int state = 0; state < 4; ++state) c.variable(f32({1, 1}));
  for (int i = 0; i < 9; ++i) c.no_input();
  if (merged) return c.out(f32({2, 1, 2}, {0.25f, 1, 0.625f, 1}));
  return c.out(f32({2, 1, 1}, {0.25f, 0.625f})).out(f32({2, 1, 1}, {1, 1}));
}

// All gates are one half: c' = c / 2 + w x / 2, h = c' / 2.
OP_TEST(bidirectional_sequence_lstm, runs_both_ways) {
  run_everywhere(layer(false));
  run_everywhere(layer(true));
}

OP_TEST(bidirectional_sequence_lstm, merges_the_outputs_of_several_sequences) {
  OpCase c = layer(true);
  c.options = options<fb::BidirectionalSequenceLSTMOptionsT>([](auto& o) {
    o.merge_outputs = true;
    o.time_major = false;
    o.fused_activation_function = fb::ActivationFunctionType_RELU;
  });
  c.inputs[0] = f32({2, 2, 1}, {1, 2, 4, 8});
  for (size_t state = 35; state < 39; ++state) c.inputs[state] = f32({2, 1}).as(Role::variable);
  c.outputs = {f32({2, 2, 2}, {0.25f, 1, 0.625f, 1, 1, 4, 2.5f, 4})};
  run_everywhere(c);
}

OP_TEST(bidirectional_sequence_lstm, adds_an_auxiliary_input) {
  OpCase c = layer(false, 0.5f, 1);
  c.inputs[39] = f32({2, 1, 1}, {1, 2});
  for (int cell = 0; cell < 2; ++cell) {
    for (int gate = 0; gate < 4; ++gate) {
      const float weight = gate != 2 ? 0.0f : cell == 0 ? 0.5f : 1.0f;
      c.inputs[size_t(40 + 4 * cell + gate)] = f32({1, 1}, {weight}).as(Role::constant);
    }
  }
  run_everywhere(c);
}

OP_TEST(bidirectional_sequence_lstm, gives_the_backward_cell_an_input_of_its_own) {
  OpCase c = layer(false, 1, 1);
  c.inputs[39] = f32({2, 1, 1}, {2, 4});
  run_everywhere(c);
}

OP_TEST(bidirectional_sequence_lstm, gives_what_litert_gave) {
  run_stored_cases("bidirectional_sequence_lstm", 4);
}

OP_TEST(bidirectional_sequence_lstm, refuses_operands_that_do_not_fit) {
  const auto refuses = [](size_t input, Literal with, const char* text) {
    OpCase c = layer(false);
    c.inputs[input] = std::move(with);
    expect_error(c, Code::invalid_model, text);
  };
  refuses(3, f32({2, 1}).as(Role::constant), "weights");
  refuses(18, absent(), "recurrent weights");
  refuses(25, f32({1}).as(Role::constant), "rank");
  refuses(37, f32({1, 1}), "no variable");
  refuses(38, f32({2, 1}).as(Role::variable), "state");
  refuses(39, f32({2, 2, 1}), "auxiliary input");
  refuses(39, f32({2, 1, 3}), "weights");
  refuses(40, f32({1, 1}).as(Role::constant), "auxiliary weights");
  OpCase few = layer(false);
  few.inputs.pop_back();
  expect_error(few, Code::invalid_model, "takes 48 inputs");
  OpCase part = layer(false);
  part.inputs[39] = f32({2, 1, 1});
  part.inputs[41] = f32({1, 1}).as(Role::constant);
  expect_error(part, Code::invalid_model, "auxiliary weights");
}

}  // namespace samara::testing::bidirectional_sequence_lstm_test
