#include "testing/op_test.h"

namespace samara::testing::embedding_lookup_test {

OP_TEST(embedding_lookup, copies_rows) {
  OpCase c{.op = "EMBEDDING_LOOKUP"};
  c.constant(i32({2}, {1, 0})).constant(f32({2, 1, 2}, {1, 2, 3, 4}));
  c.out(f32({2, 1, 2}, {3, 4, 1, 2}));
  run_everywhere(c);
}

OP_TEST(embedding_lookup, dequantises_by_table_or_row) {
  OpCase table{.op = "EMBEDDING_LOOKUP"};
  table.constant(i32({1}, {1})).constant(i8({2, 2}, {1, 2, 3, -4}).q(0.5f));
  table.out(f32({1, 2}, {1.5f, -2}));
  run_everywhere(table);
  OpCase row{.op = "EMBEDDING_LOOKUP"};
  row.constant(i32({2}, {1, 0})).constant(i8({2, 2}, {1, 2, 3, -4}).q({0.5f, 2.0f}));
  row.out(f32({2, 2}, {6, -8, 0.5f, 1}));
  run_everywhere(row);
}

OP_TEST(embedding_lookup, reads_uint8_as_unsigned) {
  OpCase c{.op = "EMBEDDING_LOOKUP"};
  c.constant(i32({1}, {0})).constant(u8({1, 2}, {200, 1}).q(0.5f));
  c.out(f32({1, 2}, {100, 0.5f}));
  run_everywhere(c);
}

OP_TEST(embedding_lookup, unpacks_four_and_two_bits) {
  OpCase four{.op = "EMBEDDING_LOOKUP"};
  four.constant(i32({2}, {1, 0})).weights(raw(Type::i4, {2, 3}, {0x21, 0xf3, 0x87}).q({0.5f, 2}));
  four.out(f32({2, 3}, {-2, 14, -16, 0.5f, 1, 1.5f}));
  run_everywhere(four);
  OpCase two{.op = "EMBEDDING_LOOKUP"};
  two.constant(i32({1}, {1})).weights(raw(Type::i2, {2, 2}, {0b10'11'01'00}).q(3));
  two.out(f32({1, 2}, {-3, -6}));
  run_everywhere(two);
}

OP_TEST(embedding_lookup, rounds_to_halves) {
  OpCase c{.op = "EMBEDDING_LOOKUP"};
  c.constant(i32({1}, {0})).weights(i8({1, 2}, {3, -5}).q(0.1f));
  c.out(f16({1, 2}, {0.3f, -0.5f}));
  run_everywhere(c);
}

OP_TEST(embedding_lookup, copies_packed_rows) {
  OpCase c{.op = "EMBEDDING_LOOKUP"};
  c.constant(i32({1}, {1})).weights(raw(Type::i4, {2, 2}, {0x21, 0x43}));
  c.out(raw(Type::i4, {1, 2}, {0x43}));
  run_everywhere(c);
  c.inputs[1] = raw(Type::i4, {2, 1}, {0x21}).as(Role::constant);
  expect_error(c, Code::unsupported, "do not end with a byte");
}

Result<std::vector<Literal>> look_up_blocks(const Literal& table, const Literal& scales,
                                            const Literal& out) {
  ModelBuilder m;
  const int x = m.input(i32({2})), t = m.constant(table), s = m.constant(scales), y = m.tensor(out);
  fb::BlockwiseQuantizationT blocks;
  blocks.block_size = 2;
  blocks.scales = s;
  m.at(t).quantization = std::make_unique<fb::QuantizationParametersT>();
  m.at(t).quantization->details.Set(blocks);
  m.op("EMBEDDING_LOOKUP", {x, t}, {y});
  m.output(y);
  return run_model(m.bytes(), {i32({2}, {1, 0})});
}

OP_TEST(embedding_lookup, takes_scales_of_blocks) {
  const Literal table = raw(Type::i4, {2, 4}, {0x21, 0x43, 0x65, 0x87});
  const Literal scales = f16({2, 2}, {1, 2, 0.5f, -1});
  for (const bool half : {false, true}) {
    const std::vector<float> want{2.5f, 3, -7, 8, 1, 2, 6, 8};
    const Literal out = half ? f16({2, 4}, want) : f32({2, 4}, want);
    const auto got = look_up_blocks(table, scales, out);
    ASSERT_TRUE(got.ok()) << got.error().text();
    EXPECT_EQ(difference(out, (*got)[0], 0), "");
  }
  const auto got = look_up_blocks(table, f16({2, 1}), f32({2, 4}));
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().code(), Code::invalid_model);
}

OP_TEST(embedding_lookup, refuses_indices_out_of_range) {
  for (const int32_t index : {2, -1}) {
    OpCase c{.op = "EMBEDDING_LOOKUP"};
    c.constant(i32({1}, {index})).constant(f32({2, 2})).out(f32({1, 2}));
    expect_error(c, Code::invalid_model, "is out of range, [0, 2)");
  }
}

OP_TEST(embedding_lookup, refuses_vectors_zero_points_and_other_scales) {
  OpCase vector{.op = "EMBEDDING_LOOKUP"};
  vector.constant(i32({1}, {0})).constant(f32({2})).out(f32({1}));
  expect_error(vector, Code::invalid_model, "must have rank 2 or more");
  OpCase zero{.op = "EMBEDDING_LOOKUP"};
  zero.constant(i32({1}, {0})).constant(i8({2, 2}).q(0.5f, 1)).out(f32({1, 2}));
  expect_error(zero, Code::unsupported, "zero point 1");
  OpCase none{.op = "EMBEDDING_LOOKUP"};
  none.constant(i32({1}, {0})).constant(i8({2, 2})).out(f32({1, 2}));
  expect_error(none, Code::invalid_model, "has 0 scales");
}

}  // namespace samara::testing::embedding_lookup_test
