#include "engine/ops/shared/stored_cases_test.h"

namespace samara::testing::bidirectional_sequence_rnn_test {

/// Cells with weight 1 and 2 and recurrent weight 10 over the steps 1, 2.
OpCase layer(bool merged, bool time_major = true) {
  OpCase c{.op = "BIDIRECTIONAL_SEQUENCE_RNN", .stateful = true, .never_all_constant = true};
  c.options = options<fb::BidirectionalSequenceRNNOptionsT>([=](auto& o) {
    o.time_major = time_major;
    o.merge_outputs = merged;
  });
  const Literal::Dims ends = time_major ? Literal::Dims{2, 1, 1} : Literal::Dims{1, 2, 1};
  c.in(f32(ends, {1, 2}));
  for (const float weight : {1.0f, 2.0f}) {
    c.constant(f32({1, 1}, {weight})).constant(f32({1, 1}, {10}));
    c.constant(f32({1}, {0})).variable(f32({1, 1}));
  }
  c.no_input().no_input().no_input();
  if (merged) return c.out(f32({ends[0], ends[1], 2}, {1, 42, 12, 4}));
  return c.out(f32(ends, {1, 12})).out(f32(ends, {42, 4}));
}

OpCase with_aux(OpCase c, Literal input) {
  c.inputs[9] = std::move(input);
  return c;
}

OP_TEST(bidirectional_sequence_rnn, runs_both_ways) {
  for (const bool time_major : {true, false}) {
    run_everywhere(layer(false, time_major));
    run_everywhere(layer(true, time_major));
  }
}

OP_TEST(bidirectional_sequence_rnn, adds_an_auxiliary_input) {
  OpCase c = with_aux(layer(false), f32({2, 1, 2}, {1, 0, 0, 1}));
  c.inputs[10] = f32({1, 2}, {0.5f, 0.25f}).as(Role::constant);
  c.inputs[11] = f32({1, 2}, {1, 1}).as(Role::constant);
  c.outputs = {f32({2, 1, 1}, {1.5f, 17.25f}), f32({2, 1, 1}, {53, 5})};
  run_everywhere(c);
}

OP_TEST(bidirectional_sequence_rnn, gives_the_backward_cell_an_input_of_its_own) {
  for (const bool time_major : {true, false}) {
    OpCase c = layer(false, time_major);
    const Literal::Dims ends = c.inputs[0].shape;
    c = with_aux(c, f32(ends, {5, 6}));
    c.outputs = {f32(ends, {1, 12}), f32(ends, {130, 12})};
    run_everywhere(c);
  }
}

OP_TEST(bidirectional_sequence_rnn, hybrid_cells_run_once) {
  OpCase c = layer(true);
  for (const size_t cell : {1, 5}) {
    c.inputs[cell] = i8({1, 1}, {int8_t(cell == 1 ? 1 : 2)}).q(1).as(Role::either);
    c.inputs[cell + 1] = i8({1, 1}, {10}).q(1).as(Role::either);
  }
  run_everywhere(c);
}

OP_TEST(bidirectional_sequence_rnn, gives_what_litert_gave) {
  run_stored_cases("bidirectional_sequence_rnn", 4);
}

OP_TEST(bidirectional_sequence_rnn, refuses_operands_that_do_not_fit) {
  const auto bad = Code::invalid_model;
  expect_error(with_aux(layer(false), f32({1, 1, 1})), bad, "auxiliary input");
  expect_error(with_aux(layer(false), f32({2, 1, 3})), bad, "weights");
  expect_error(with_aux(layer(false), f32({2, 1})), bad, "rank");
  OpCase half = with_aux(layer(false), f32({2, 1, 1}));
  half.inputs[10] = f32({1, 1}).as(Role::constant);
  expect_error(half, bad, "auxiliary weights");
  OpCase alone = layer(false);
  alone.inputs[10] = alone.inputs[11] = f32({1, 1}).as(Role::constant);
  expect_error(alone, bad, "auxiliary weights");
  OpCase one = layer(true);
  one.options = options<fb::BidirectionalSequenceRNNOptionsT>([](auto& o) { o.time_major = true; });
  expect_error(one, bad, "gives 2");
  OpCase mixed = layer(false);
  mixed.inputs[5] = i8({1, 1}).q(1.0f).as(Role::constant);
  mixed.inputs[6] = i8({1, 1}).q(1.0f).as(Role::constant);
  expect_error(mixed, Code::unsupported, "int8");
}

}  // namespace samara::testing::bidirectional_sequence_rnn_test
