#include "engine/ops/shared/stored_cases_test.h"

namespace samara::testing::svdf_test {

Options rank(int32_t rank,
             fb::ActivationFunctionType activation = fb::ActivationFunctionType_NONE) {
  return options<fb::SVDFOptionsT>([=](auto& o) {
    o.rank = rank;
    o.fused_activation_function = activation;
  });
}

/// Two filters of one unit that remember two products.
OpCase layer(Literal feature, Literal time, Literal bias, Literal state) {
  OpCase c{.op = "SVDF", .options = rank(2), .stateful = true, .never_all_constant = true};
  c.in(f32({1, 2}, {1, 2})).constant(feature).constant(time).constant(bias).variable(state);
  return c.out(f32({1, 1}, {0}));
}

OP_TEST(svdf, weights_the_newest_product_last) {
  OpCase c = layer(f32({2, 2}, {1, 1, 2, -3}), f32({2, 2}, {7, 10, 7, 100}), f32({1}, {0.5f}),
                   f32({1, 4}));
  c.outputs = {f32({1, 1}, {3 * 10 - 4 * 100 + 0.5f})};
  run_everywhere(c);
}

OP_TEST(svdf, int8_states_have_a_zero_point) {
  OpCase c{.op = "SVDF",
           .options = rank(1, fb::ActivationFunctionType_RELU),
           .stateful = true,
           .never_all_constant = true};
  // (5 - 1) * 3 * 0.5 = 6 of 0.5 are 12; 12 * 2 * 0.5 * 0.25 / 0.25 + 100 / 2 - 128.
  c.in(i8({1, 1}, {5}).q(0.5f, 1)).constant(i8({1, 1}, {3}).q(1.0f));
  c.constant(i8({1, 1}, {2}).q(0.25f)).constant(i32({1}, {100}).q(0.125f));
  c.variable(i8({1, 1}).q(0.5f, 0)).out(i8({1, 1}, {-66}).q(0.25f, -128));
  run_everywhere(c);
}

OP_TEST(svdf, gives_what_litert_gave) { run_stored_cases("svdf", 6); }

OP_TEST(svdf, refuses_operands_that_do_not_fit) {
  const auto feature = f32({2, 2}), time = f32({2, 2}), bias = f32({1}), state = f32({1, 4});
  const auto bad = Code::invalid_model;
  expect_error(layer(f32({2, 3}), time, bias, state), bad, "feature weights");
  expect_error(layer(f32({3, 2}), f32({3, 2}), bias, state), bad, "for rank 2");
  expect_error(layer(feature, f32({2, 0}), bias, f32({1, 0})), bad, "for rank 2");
  expect_error(layer(feature, time, f32({2}), state), bad, "bias");
  expect_error(layer(feature, time, bias, f32({1, 3})), bad, "state");
  expect_error(layer(feature, i8({2, 2}).q(1.0f), bias, state), Code::unsupported, "int8");
  expect_error(layer(i8({2, 2}), i8({2, 2}).q(1.0f), bias, state), bad, "one scale");
  OpCase kept = layer(feature, time, bias, state);
  kept.inputs.back() = f32({1, 4});
  expect_error(kept, bad, "no variable");
  OpCase flat = layer(feature, time, bias, state);
  flat.options = rank(0);
  expect_error(flat, bad, "rank 0");
  OpCase few = layer(feature, time, bias, state);
  few.inputs.pop_back();
  expect_error(few, bad, "takes 5 inputs");
}

}  // namespace samara::testing::svdf_test
