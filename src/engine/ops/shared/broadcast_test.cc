// Every operator that broadcasts does so at rank 8: as on operands that were repeated beforehand.
#include "testing/op_test.h"

namespace samara::testing::broadcast_test {

const Literal::Dims kOut = {2, 2, 1, 3, 1, 2, 1, 2};
const Literal::Dims kFirst = {2, 1, 1, 3, 1, 1, 1, 2}, kSecond = {1, 2, 1, 1, 1, 2, 1, 1};
const Literal::Dims kThird = {2, 1, 1, 1, 2, 1, 1};  // a dimension may be missing

/// The literal with its elements repeated up to kOut.
Literal repeated(const Literal& in) {
  const size_t missing = kOut.size() - in.shape.size(),
               size = in.bytes.size() / size_t(in.elements());
  Literal out = in;
  out.shape = kOut;
  out.bytes.clear();
  for (int64_t i = 0; i < out.elements(); ++i) {
    int64_t rest = i, source = 0, step = 1;
    for (size_t d = kOut.size(); d-- > 0; rest /= kOut[d]) {
      const int64_t length = d < missing ? 1 : in.shape[d - missing];
      source += rest % kOut[d] % length * step;
      step *= length;
    }
    const auto* const from = in.bytes.data() + size_t(source) * size;
    out.bytes.insert(out.bytes.end(), from, from + size);
  }
  return out;
}

Literal result(const char* op, const std::vector<Literal>& inputs, Type type) {
  ModelBuilder m;
  std::vector<int32_t> operands;
  for (const Literal& l : inputs) operands.push_back(m.input(l));
  const int y = m.tensor(raw(type, {1}, std::vector<uint8_t>(size_t(bits(type) / 8))));
  m.op(op, operands, {y});
  m.output(y);
  const auto got = run_model(m.bytes(), inputs);
  EXPECT_TRUE(got.ok()) << op << ": " << got.error().text();
  return got.ok() ? (*got)[0] : Literal{};
}

void expect_same(const char* op, const std::vector<Literal>& inputs, Type type) {
  std::vector<Literal> wide;
  for (const Literal& l : inputs) wide.push_back(repeated(l));
  const Literal want = result(op, wide, type);
  EXPECT_EQ(want.shape, kOut) << op;
  EXPECT_EQ(difference(want, result(op, inputs, type), 0), "") << op;
}

Literal integers(const Literal::Dims& shape, uint32_t seed) {
  return random_i32(shape, seed, 1, 9);
}
Literal booleans(const Literal::Dims& shape, uint32_t seed) {
  std::vector<uint8_t> values;
  for (const int32_t v : integers(shape, seed).values<int32_t>()) values.push_back(v % 2);
  return boolean(shape, values);
}

TEST(broadcast, of_two_operands_at_rank_8) {
  for (const auto& second : {kSecond, kThird}) {
    for (const char* op : {"ADD", "SUB", "MUL", "DIV", "MAXIMUM", "MINIMUM", "POW",
                           "SQUARED_DIFFERENCE", "FLOOR_DIV", "FLOOR_MOD", "ATAN2"})
      expect_same(op, {random_f32(kFirst, 1, 1, 9), random_f32(second, 2, 1, 3)}, Type::f32);
    for (const char* op : {"ADD", "SUB", "MUL", "DIV", "MAXIMUM", "MINIMUM", "POW", "FLOOR_DIV",
                           "FLOOR_MOD", "SQUARED_DIFFERENCE", "BITWISE_XOR", "RIGHT_SHIFT"})
      expect_same(op, {integers(kFirst, 1), integers(second, 2)}, Type::i32);
    for (const char* op : {"EQUAL", "NOT_EQUAL", "LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL"})
      expect_same(op, {integers(kFirst, 1), integers(second, 2)}, Type::boolean);
    for (const char* op : {"LOGICAL_AND", "LOGICAL_OR"})
      expect_same(op, {booleans(kFirst, 1), booleans(second, 2)}, Type::boolean);
  }
}

TEST(broadcast, of_three_operands_at_rank_8) {
  expect_same("SELECT_V2", {booleans(kSecond, 1), random_f32(kFirst, 2), random_f32(kThird, 3)},
              Type::f32);
}

}  // namespace samara::testing::broadcast_test
