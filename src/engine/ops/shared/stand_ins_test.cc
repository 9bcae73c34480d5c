// Operators that have no kernel for their operands' types run on wider ones, and round once.
#include <memory>
#include <utility>

#include "samara/runtime/session.h"
#include "testing/op_test.h"

namespace samara::testing::stand_ins_test {

Literal bf16(Literal::Dims shape, std::vector<uint8_t> bytes) {
  return raw(Type::bf16, std::move(shape), std::move(bytes));
}

OP_TEST(stand_ins, halves_are_computed_as_floats) {
  OpCase c{.op = "RELU6", .tolerance = 0};
  c.in(f16({4}, {-1, 0.5f, 6.5f, 3})).out(f16({4}, {0, 0.5f, 6, 3}));
  run_everywhere(c);
  OpCase pool{.op = "AVERAGE_POOL_2D",
              .options = options<fb::Pool2DOptionsT>([](auto& o) {
                o.padding = fb::Padding_VALID;
                o.filter_height = o.filter_width = o.stride_h = o.stride_w = 2;
              }),
              .tolerance = 0};
  pool.in(f16({1, 2, 2, 1}, {1, 2, 3, 2048})).out(f16({1, 1, 1, 1}, {513.5f}));
  run_everywhere(pool);
  OpCase sum{.op = "SUM", .tolerance = 0};
  sum.in(f16({2, 2}, {60000, 60000, 1, 2})).constant(i32({1}, {1}));
  sum.out(raw(Type::f16, {2}, {0x00, 0x7c, 0x00, 0x42}));  // infinity and 3
  run_everywhere(sum);
}

OP_TEST(stand_ins, two_halves_of_unequal_shape) {
  OpCase c{.op = "DIV", .options = fb::DivOptionsT{}, .tolerance = 0};
  c.in(f16({2, 2}, {1, 2, 3, 4})).in(f16({2}, {2, 4})).out(f16({2, 2}, {0.5f, 0.5f, 1.5f, 1}));
  run_everywhere(c);
}

OP_TEST(stand_ins, bfloat16_and_8_bits) {
  OpCase c{.op = "ADD", .options = fb::AddOptionsT{}, .tolerance = 0};
  // 1 and 256, 2 and 1: the sums 257 and 3, of which the first is no bfloat16.
  c.in(bf16({2}, {0x80, 0x3f, 0x00, 0x40})).in(bf16({2}, {0x80, 0x43, 0x80, 0x3f}));
  c.out(bf16({2}, {0x80, 0x43, 0x40, 0x40}));
  run_everywhere(c);
  OpCase eight{.op = "MUL", .options = fb::MulOptionsT{}, .tolerance = 0};
  eight.in(raw(Type::f8e4m3fn, {3}, {0x38, 0x7e, 0x01}));  // 1, 448, 2^-9
  eight.in(raw(Type::f8e4m3fn, {3}, {0xb8, 0x40, 0x30}));  // -1, 2, 0.5
  eight.out(raw(Type::f8e4m3fn, {3}, {0xb8, 0x7f, 0x00}));
  run_everywhere(eight);
}

OP_TEST(stand_ins, values_that_shapes_depend_on) {
  OpCase c{.op = "RANGE", .tolerance = 0};
  c.in(f16({}, {0})).in(f16({}, {3})).in(f16({}, {1})).out(f16({3}, {0, 1, 2}));
  run_everywhere(c);
}

OP_TEST(stand_ins, halves_that_come_of_other_things) {
  OpCase c{.op = "DEQUANTIZE", .tolerance = 0};
  c.in(i8({3}, {-4, 0, 100}).q(0.1f)).out(f16({3}, {-0.4f, 0, 10}));
  run_everywhere(c);
  ModelBuilder m;
  const int y = m.tensor(f16({3}));
  m.op("RANDOM_UNIFORM", {m.constant(i32({1}, {3}))}, {y},
       options<fb::RandomOptionsT>([](auto& o) { o.seed = o.seed2 = 1; }));
  m.output(y);
  const auto got = run_model(m.bytes(), {});
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ((*got)[0].type, Type::f16);
  EXPECT_NE((*got)[0].bytes, std::vector<std::byte>(6));
}

OP_TEST(stand_ins, tables_and_weights_behind_indices) {
  OpCase c{.op = "EMBEDDING_LOOKUP_SPARSE",
           .options = options<fb::EmbeddingLookupSparseOptionsT>(
               [](auto& o) { o.combiner = fb::CombinerType_SUM; }),
           .tolerance = 0};
  c.in(i32({2}, {1, 0})).in(i32({2, 2}, {0, 0, 0, 1})).constant(i32({2}, {1, 2}));
  c.in(f16({2}, {2, 1})).in(f16({2, 2}, {1, 2, 3, 4})).out(f16({1, 2}, {7, 10}));
  run_everywhere(c);
}

OP_TEST(stand_ins, states_are_kept) {
  OpCase c{.op = "RNN",
           .options = options<fb::RNNOptionsT>(
               [](auto& o) { o.fused_activation_function = fb::ActivationFunctionType_NONE; }),
           .tolerance = 0};
  c.in(f16({1, 1}, {1})).weights(f16({1, 1}, {2})).weights(f16({1, 1}, {0.5f}));
  c.weights(f16({1}, {1})).variable(f16({1, 1})).out(f16({1, 1}, {3}));
  c.stateful = true;
  run_everywhere(c);
}

OP_TEST(stand_ins, weights_of_4_bits_where_8_are_known) {
  OpCase c{.op = "TRANSPOSE_CONV", .options = options<fb::TransposeConvOptionsT>([](auto& o) {
                                     o.stride_h = o.stride_w = 1;
                                     o.padding = fb::Padding_VALID;
                                   })};
  c.constant(i32({4}, {1, 1, 2, 2})).weights(raw(Type::i4, {2, 1, 1, 1}, {0xe3}).q(0.5f));  // 3, -2
  c.in(f32({1, 1, 2, 1}, {255, 0})).out(f32({1, 1, 2, 2}, {382.5f, -255, 0, 0}));
  run_everywhere(c);
  // Unsigned ones lose their zero point on the way: 11 and 6 are 3 and -2.
  c.inputs[1] = raw(Type::u4, {2, 1, 1, 1}, {0x6b}).q(0.5f, 8).as(Role::constant);
  run_everywhere(c);
  c.inputs[1] = raw(Type::i2, {2, 1, 1, 1}, {0b1001}).q(0.5f).as(Role::constant);  // 1, -2
  c.outputs[0] = f32({1, 1, 2, 2}, {127.5f, -255, 0, 0});
  run_everywhere(c);
}

OP_TEST(stand_ins, halves_with_weights_of_4_bits) {
  OpCase c{.op = "FULLY_CONNECTED", .options = fb::FullyConnectedOptionsT{}};
  c.in(f16({1, 2}, {255, 0})).weights(raw(Type::u4, {2, 2}, {0x8b, 0x86}).q(0.5f, 8));
  c.no_input().out(f16({1, 2}, {382.5f, -255}));
  run_everywhere(c);
}

/// A convolution by four weights in blocks, whose values are an output, too.
ModelBuilder in_blocks(int block_size, const Literal& scales) {
  ModelBuilder m;
  const int in = m.input(f32({1, 1, 1, 4}));
  const int filter = m.constant(raw(Type::i4, {1, 1, 1, 4}, {0xe1, 0xc3}));  // 1, -2, 3, -4
  fb::BlockwiseQuantizationT blocks;
  blocks.block_size = block_size;
  blocks.scales = m.constant(scales);
  m.at(filter).quantization = std::make_unique<fb::QuantizationParametersT>();
  m.at(filter).quantization->details.Set(blocks);
  const int out = m.tensor(f32({1, 1, 1, 1}));
  m.op("CONV_2D", {in, filter, m.constant(f32({1}, {1}))}, {out},
       options<fb::Conv2DOptionsT>([](auto& o) { o.stride_h = o.stride_w = 1; }));
  m.output(out);
  const int floats = m.tensor(f32({1, 1, 1, 4}));
  m.op("DEQUANTIZE", {filter}, {floats});
  m.output(floats);
  return m;
}

OP_TEST(stand_ins, constants_in_blocks) {
  const ModelBuilder m = in_blocks(2, f16({1, 1, 1, 2}, {1, 0.5f}));
  const auto got = run_model(m.bytes(), {f32({1, 1, 1, 4}, {1, 1, 1, 2})});
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(difference(f32({1, 1, 1, 1}, {1 + 1 - 2 + 1.5f - 4}), (*got)[0], 0), "");
  EXPECT_EQ(difference(f32({1, 1, 1, 4}, {1, -2, 1.5f, -2}), (*got)[1], 0), "");
}

OP_TEST(stand_ins, blocks_that_do_not_fill_a_row_are_refused) {
  const ModelBuilder m = in_blocks(3, f16({1, 1, 1, 1}, {1}));
  const auto got = run_model(m.bytes(), {f32({1, 1, 1, 4}, {1, 1, 1, 2})});
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().code(), Code::invalid_model) << got.error().text();
}

OP_TEST(stand_ins, the_report_names_both_types) {
  ModelBuilder m;
  const int in = m.input(f16({2})), out = m.tensor(f16({2}));
  m.op("RELU", {in}, {out});
  m.output(out);
  const auto session = Session::create(Model::load(m.bytes()).value()).value();
  EXPECT_EQ(session->report().nodes[0].kernel, "float32 for float16");
}

OP_TEST(stand_ins, what_no_wider_type_helps_is_refused) {
  OpCase c{.op = "RFFT2D", .options = fb::Rfft2dOptionsT{}};
  c.in(i8({1, 2})).constant(i32({2}, {1, 2})).out(c64({1, 2}));
  expect_error(c, Code::unsupported, "it may be float32");
  OpCase sized{.op = "UNIQUE", .options = fb::UniqueOptionsT{}};
  sized.in(raw(Type::f8e5m2, {2}, {0x3c, 0x3c})).out(raw(Type::f8e5m2, {1}, {0x3c})).out(i32({2}));
  expect_error(sized, Code::unsupported, "float8_e5m2");
}

}  // namespace samara::testing::stand_ins_test
