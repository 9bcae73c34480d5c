#include "engine/ops/shared/typed_test.h"

namespace samara::testing::stablehlo_rng_bit_generator_test {

// Expected bits are those of LiteRT 2.3.0; the first Threefry block is also the known answer for key
// and counter 0 of the Random123 library.
Options algorithm(fb::RngAlgorithm a) {
  return options<fb::StablehloRngBitGeneratorOptionsT>([=](auto& o) { o.algorithm = a; });
}
Literal u64_bits(Literal::Dims shape, const std::vector<uint64_t>& values) {
  std::vector<uint8_t> bytes;
  for (const uint64_t v : values)
    for (int i = 0; i < 8; ++i) bytes.push_back(uint8_t(v >> (8 * i)));
  return raw(Type::u64, std::move(shape), std::move(bytes));
}

void expect(fb::RngAlgorithm a, const Literal& state, const Literal& after, const Literal& out) {
  expect_model(model_of("STABLEHLO_RNG_BIT_GENERATOR", algorithm(a), {state}, {after, out}),
               {state}, {after, out});
}

OP_TEST(stablehlo_rng_bit_generator, has_the_known_answers) {
  expect(fb::RngAlgorithm_THREEFRY, u64_bits({2}, {0, 0}), u64_bits({2}, {0, 1}),
         u32({2}, {0x6b200159, 0x99ba4efe}));
  expect(fb::RngAlgorithm_PHILOX, u64_bits({3}, {0, 0, 0}), u64_bits({3}, {0, 1, 0}),
         u32({4}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
}
OP_TEST(stablehlo_rng_bit_generator, counts_up_and_carries) {
  for (const Type type : {Type::i32, Type::u32, Type::i64, Type::u64}) {
    const ModelBuilder m =
        model_of("STABLEHLO_RNG_BIT_GENERATOR", algorithm(fb::RngAlgorithm_DEFAULT),
                 {u64_bits({2}, {5, 6})}, {u64_bits({2}, {0, 0}), of(type, {9}, {})});
    const auto got = run_model(m.bytes(), {u64_bits({2}, {5, 0xffffffff})});
    ASSERT_TRUE(got.ok()) << got.error().text();
    // 36 or 72 bytes in blocks of 16.
    const uint64_t blocks = bits(type) == 32 ? 3 : 5;
    EXPECT_EQ(difference(u64_bits({2}, {5, 0xffffffff + blocks}), (*got)[0], 0), "");
  }
}
OP_TEST(stablehlo_rng_bit_generator, gives_nothing) {
  expect(fb::RngAlgorithm_PHILOX, u64_bits({2}, {3, 4}), u64_bits({2}, {3, 4}), i32({0}));
}
OP_TEST(stablehlo_rng_bit_generator, refuses_other_states_types_and_algorithms) {
  const auto refused = [](const Literal& state, const Literal& out, fb::RngAlgorithm a, Code code,
                          const char* text) {
    OpCase c{.op = "STABLEHLO_RNG_BIT_GENERATOR", .options = algorithm(a)};
    c.in(state).out(u64_bits({2}, {0, 0})).out(out);
    expect_error(c, code, text);
  };
  const Literal three = u64_bits({3}, {0, 0, 0});
  refused(three, i32({2}), fb::RngAlgorithm_THREEFRY, Code::invalid_model,
          "the state has shape [3] instead of [2]");
  refused(u64_bits({1}, {0}), i32({2}), fb::RngAlgorithm_PHILOX, Code::invalid_model,
          "the state has shape [1] instead of [2] or [3]");
  refused(i64({2}), i32({2}), fb::RngAlgorithm_PHILOX, Code::unsupported, "it may be uint64");
  refused(three, f32({2}), fb::RngAlgorithm_PHILOX, Code::unsupported, "it may be int32");
  refused(three, i32({2}), fb::RngAlgorithm(9), Code::unsupported, "algorithm 9 is not known");
}

}  // namespace samara::testing::stablehlo_rng_bit_generator_test
