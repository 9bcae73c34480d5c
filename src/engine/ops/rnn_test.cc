#include "engine/ops/shared/stored_cases_test.h"

namespace samara::testing::rnn_test {

OpCase cell(Literal weights, Literal recurrent, Literal bias, Literal state) {
  OpCase c{.op = "RNN", .stateful = true, .never_all_constant = true};
  c.in(f32({1, 2}, {1, 2})).constant(weights).constant(recurrent).constant(bias).variable(state);
  return c.out(f32({1, 2}, {0, 0}));
}

OP_TEST(rnn, adds_input_and_bias_to_a_new_state) {
  OpCase c = cell(f32({2, 2}, {1, 1, 2, -3}), f32({2, 2}, {5, 5, 5, 5}), f32({2}, {0.5f, -1}),
                  f32({1, 2}));
  c.options = options<fb::RNNOptionsT>(
      [](auto& o) { o.fused_activation_function = fb::ActivationFunctionType_RELU; });
  c.outputs = {f32({1, 2}, {3.5f, 0})};
  run_everywhere(c);
}

OP_TEST(rnn, reads_bytes_marked_unsigned_as_signed) {
  OpCase c =
      cell(u8({2, 2}, {127, 127, 0x81, 0}).q(0.5f), u8({2, 2}).q(1.0f), f32({2}), f32({1, 2}));
  c.inputs[0] = f32({1, 2}, {127, 127});
  c.outputs = {f32({1, 2}, {127 * 127.0f, -127 * 127 / 2.0f})};
  run_everywhere(c);
}

OP_TEST(rnn, gives_what_litert_gave) { run_stored_cases("rnn", 4); }

OP_TEST(rnn, refuses_operands_that_do_not_fit) {
  const auto square = f32({2, 2}), bias = f32({2}), state = f32({1, 2});
  const auto bad = Code::invalid_model;
  expect_error(cell(f32({2, 3}), square, bias, state), bad, "weights");
  expect_error(cell(square, f32({2, 1}), bias, state), bad, "recurrent weights");
  expect_error(cell(square, i8({2, 2}).q(1.0f), bias, state), Code::unsupported, "int8");
  expect_error(cell(square, square, f32({3}), state), bad, "bias");
  expect_error(cell(square, square, bias, f32({2, 2})), bad, "state");
  expect_error(cell(i8({2, 2}), i8({2, 2}).q(1.0f), bias, state), bad, "one scale");
  OpCase deep = cell(square, square, bias, state);
  deep.inputs[0] = f32({1, 1, 2});
  expect_error(deep, bad, "rank");
  OpCase kept = cell(square, square, bias, state);
  kept.inputs.back() = f32({1, 2});
  expect_error(kept, bad, "no variable");
  OpCase few = cell(square, square, bias, state);
  few.inputs.pop_back();
  expect_error(few, bad, "takes 5 inputs");
}

}  // namespace samara::testing::rnn_test
