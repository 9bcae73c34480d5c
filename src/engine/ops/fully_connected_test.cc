#include "engine/ops/shared/layer_cases_test.h"

namespace samara::testing::fully_connected_test {

Options keep(bool dims = true, int activation = 0) {
  return options<fb::FullyConnectedOptionsT>([=](auto& o) {
    o.keep_num_dims = dims;
    o.fused_activation_function = fb::ActivationFunctionType(activation);
  });
}

OpCase sound() {
  OpCase c{.op = "FULLY_CONNECTED", .options = keep(false)};
  c.in(i8({2, 4}).q(0.5f, 1)).weights(i8({3, 4}).q(0.5f));
  c.weights(i32({3}).q(0.25f)).out(i8({2, 3}).q(0.5f));
  return c;
}

OP_TEST(fully_connected, gives_the_results_of_the_reference) { run_layer_cases("FULLY_CONNECTED"); }

OP_TEST(fully_connected, flattens_or_keeps_dimensions) {
  for (const bool kept : {false, true}) {
    OpCase c{.op = "FULLY_CONNECTED", .options = keep(kept)};
    c.in(f32({2, 2, 1}, {1, 2, 3, 4})).constant(f32({2, 1}, {1, 10}));
    c.out(f32(kept ? Literal::Dims{2, 2, 2} : Literal::Dims{4, 2}, {1, 10, 2, 20, 3, 30, 4, 40}));
    run_everywhere(c);
  }
  // Without keep_num_dims, depth may span dimensions.
  OpCase c{.op = "FULLY_CONNECTED", .options = keep(false)};
  c.in(f32({1, 2, 2}, {1, 2, 3, 4})).constant(f32({1, 4}, {1, 1, 1, 1})).out(f32({1, 1}, {10}));
  run_everywhere(c);
}

OP_TEST(fully_connected, without_depth_is_zeros) {
  OpCase c{.op = "FULLY_CONNECTED", .options = keep(false)};
  c.in(f32({3, 0})).weights(f32({2, 0})).weights(f32({2}, {5, 6})).out(f32({3, 2}));
  run_everywhere(c);
}

OP_TEST(fully_connected, int8_to_int16_uses_signed_values) {
  OpCase c{.op = "FULLY_CONNECTED", .options = keep(false)};
  c.in(i8({1, 2}, {-100, 50}).q(0.5f, -20)).constant(i8({1, 2}, {7, -3}).q(0.25f));
  c.constant(i32({1}, {40}).q(0.125f));
  c.out(i16({1, 1}, {int16_t((-80 * 7 + 70 * -3 + 40) * 0.125 / 0.0625)}).q(0.0625f));
  run_everywhere(c);
}

OP_TEST(fully_connected, hybrid_fuses_tanh) {
  OpCase c{.op = "FULLY_CONNECTED", .options = keep(false, 4)};
  c.in(f32({1, 1}, {1})).constant(i8({1, 1}, {127}).q(1.0f / 127)).out(f32({1, 1}, {0.7615942f}));
  run_everywhere(c);
  OpCase plain = sound();
  plain.options = keep(false, 4);
  expect_error(plain, Code::unsupported, "TANH");
}

OP_TEST(fully_connected, hybrid_gives_the_bias_where_input_is_zeros) {
  OpCase c{.op = "FULLY_CONNECTED", .options = keep(false)};
  c.in(f32({2, 3})).constant(i8({2, 3}, {1, 2, 3, 4, 5, 6}).q(0.5f));
  c.constant(f32({2}, {1.5f, -2}));
  c.out(f32({2, 2}, {1.5f, -2, 1.5f, -2}));
  run_everywhere(c);
}

OP_TEST(fully_connected, unpacks_two_bit_weights) {
  OpCase c{.op = "FULLY_CONNECTED", .options = keep(false)};
  c.in(i8({1, 4}, {1, 10, 20, 40}).q(1)).weights(raw(Type::i2, {1, 4}, {0b01'11'10'01}).q(1));
  c.out(i8({1, 1}, {1 - 20 - 20 + 40}).q(1));
  run_everywhere(c);
}

OP_TEST(fully_connected, sums_sixteen_bit_weights_in_64_bits) {
  // 4 * 30000 * 30000 is beyond 32 bits.
  OpCase c{.op = "FULLY_CONNECTED", .options = keep(false)};
  c.in(i16({1, 4}, {30000, 30000, 30000, 30000}).q(1));
  c.constant(i16({2, 4}, {30000, 30000, 30000, 30000, 30000, -30000, 30000, -29999}).q(1));
  c.constant(i64({2}, {0, 400000}).q(1)).out(i16({1, 2}, {27466, 3}).q(131072));
  run_everywhere(c);
  c.inputs[2] = i32({2}, {0, 400000}).q(1).as(Role::either);
  run_everywhere(c);
  OpCase per_channel{.op = "FULLY_CONNECTED", .options = keep(false)};
  per_channel.in(i16({1, 1}, {100}).q(1)).weights(i16({2, 1}, {300, -300}).q({1, 0.5f}));
  per_channel.out(i16({1, 2}, {30000, -15000}).q(1));
  run_everywhere(per_channel);
}

/// Two units of depth 4 in blocks of 2, with float16 scales.
Result<std::vector<Literal>> run_blocks(const Literal& weights, const Literal& scales, int block,
                                        const Literal& in, const Literal& out,
                                        bool constant = true) {
  ModelBuilder m;
  const int x = m.input(in), w = constant ? m.constant(weights) : m.input(weights);
  const int s = m.constant(scales), b = m.constant(f32({2}, {1, 2})), y = m.tensor(out);
  fb::BlockwiseQuantizationT blocks;
  blocks.block_size = block;
  blocks.scales = s;
  m.at(w).quantization = std::make_unique<fb::QuantizationParametersT>();
  m.at(w).quantization->details.Set(blocks);
  m.op("FULLY_CONNECTED", {x, w, b}, {y}, keep(false));
  m.output(y);
  std::vector<Literal> given{in};
  if (!constant) given.push_back(weights);
  return run_model(m.bytes(), given);
}

OP_TEST(fully_connected, takes_weights_in_blocks) {
  // The row's range is [-127, 128]: one step is 1.
  const Literal in = f32({1, 4}, {128, -127, 10, 1}), scales = f16({2, 2}, {1, 0.5f, 2, 4});
  const Literal want = f32({1, 2}, {1 + 128 - 2 * -127 + 0.5f * (3 * 10 - 4), 2 + 2 * 5 + 4 * 10});
  Literal i8s = i8({2, 4}, {1, -2, 3, -4, 5, 5, 1, 0}),
          i4s = raw(Type::i4, {2, 4}, {0xe1, 0xc3, 0x55, 0x01});
  for (const Literal& weights : {i8s, i4s}) {
    const auto got = run_blocks(weights, scales, 2, in, f32({1, 2}));
    ASSERT_TRUE(got.ok()) << got.error().text();
    EXPECT_EQ(difference(want, (*got)[0], 1e-6f), "");
  }
}

OP_TEST(fully_connected, refuses_blocks_that_do_not_fit) {
  const Literal in = f32({1, 4}), out = f32({1, 2}), scales = f16({2, 2});
  const auto refused = [&](Literal weights, Literal block_scales, int block, const char* text,
                           bool constant = true, Literal x = f32({1, 4})) {
    const auto got = run_blocks(weights, block_scales, block, x, out, constant);
    ASSERT_FALSE(got.ok()) << text;
    EXPECT_NE(got.error().text().find(text), std::string::npos) << got.error().text();
  };
  const Literal weights = i8({2, 4});
  refused(weights, scales, 3, "blocks of 3");
  refused(weights, f16({2, 1}), 2, "2 constant scales for 4 blocks");
  refused(weights, i32({2, 2}), 2, "int32");
  refused(weights, scales, 2, "no constant", false);
  refused(raw(Type::i4, {2, 4}, {0, 0, 0, 0}), f16({2, 4}), 1, "do not end with a byte");
  refused(weights, scales, 2, "int8", true, i8({1, 4}).q(1));
}

OP_TEST(fully_connected, refuses_what_does_not_fit) {
  OpCase c = sound();
  c.inputs[0] = i8({2, 3}).q(0.5f, 1);
  expect_error(c, Code::invalid_model, "depth 4");
  c = sound();
  c.options = keep(true);
  c.inputs[0] = i8({1, 2, 2}).q(0.5f, 1);
  expect_error(c, Code::invalid_model, "depth 4");
  c = sound();
  c.inputs[1] = i8({3, 2, 2}).q(0.5f).as(Role::constant);
  expect_error(c, Code::invalid_model, "rank");
  c = sound();
  c.inputs[2] = i32({4}).q(0.25f).as(Role::constant);
  expect_error(c, Code::invalid_model, "4 values for 3 channels");
  c.inputs[2] = i32({3}).q(9.0f).as(Role::constant);
  expect_error(c, Code::invalid_model, "input and weights give");
}

OP_TEST(fully_connected, refuses_wrong_quantization) {
  OpCase c = sound();
  c.inputs[1] = i8({3, 4}).q({1, 1}).as(Role::constant);
  expect_error(c, Code::invalid_model, "2 scales");
  c.inputs[1] = i8({3, 4}).q({1, 1, 1}, {0, 1, 0}).as(Role::constant);
  expect_error(c, Code::invalid_model, "zero point 1");
  c = sound();
  c.inputs[0] = i8({2, 4});
  expect_error(c, Code::invalid_model, "quantiz");
  c = sound();
  c.outputs[0] = i8({2, 3});
  expect_error(c, Code::invalid_model, "quantiz");
  c = sound();
  c.outputs[0] = u8({2, 3}).q(1);
  expect_error(c, Code::unsupported, "uint8");
  c = sound();
  c.options = options<fb::FullyConnectedOptionsT>(
      [](auto& o) { o.weights_format = fb::FullyConnectedOptionsWeightsFormat_SHUFFLED4x16INT8; });
  expect_error(c, Code::unsupported, "shuffled");
}

}  // namespace samara::testing::fully_connected_test
