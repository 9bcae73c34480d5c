#include "engine/ops/shared/stored_cases_test.h"

namespace samara::testing::unidirectional_sequence_rnn_test {

OpCase layer(bool time_major, Literal::Dims in) {
  OpCase c{.op = "UNIDIRECTIONAL_SEQUENCE_RNN", .stateful = true, .never_all_constant = true};
  c.options = options<fb::SequenceRNNOptionsT>([=](auto& o) { o.time_major = time_major; });
  const int32_t batch = in.size() == 3 ? in[time_major ? 1 : 0] : 1;
  c.in(f32(in, {1, 2, 3, 4})).constant(f32({1, 1}, {1})).constant(f32({1, 1}, {10}));
  c.constant(f32({1}, {0.5f})).variable(f32({batch, 1}));
  return c.out(f32(in));
}

OP_TEST(unidirectional_sequence_rnn, carries_the_state_along_either_axis) {
  OpCase c = layer(true, {2, 2, 1});
  c.outputs[0] = f32({2, 2, 1}, {1.5f, 2.5f, 18.5f, 29.5f});
  run_everywhere(c);
  c = layer(false, {2, 2, 1});
  c.outputs[0] = f32({2, 2, 1}, {1.5f, 17.5f, 3.5f, 39.5f});
  run_everywhere(c);
}

OP_TEST(unidirectional_sequence_rnn, gives_what_litert_gave) {
  run_stored_cases("unidirectional_sequence_rnn", 4);
}

OP_TEST(unidirectional_sequence_rnn, refuses_inputs_that_are_no_sequence) {
  expect_error(layer(true, {4, 1}), Code::invalid_model, "rank");
  OpCase c = layer(true, {2, 2, 1});
  c.inputs.back() = f32({1, 1}).as(Role::variable);
  expect_error(c, Code::invalid_model, "state");
}

}  // namespace samara::testing::unidirectional_sequence_rnn_test
