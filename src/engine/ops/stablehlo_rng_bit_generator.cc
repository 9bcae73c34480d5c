// STABLEHLO_RNG_BIT_GENERATOR: output 1 filled with random bits that follow from the state in input 0,
// output 0 with the state that comes after. Builtin 204.
// Rules from: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (Threefry 2x32 with 20
// rounds; Philox, shared/random.h); how a state is key and counter, from LiteRT
// tflite/kernels/rng_bit_generator.cc.
#include <algorithm>
#include <array>
#include <bit>

#include "engine/ops/shared/move.h"
#include "engine/ops/shared/random.h"

namespace samara::ops {
namespace {

struct Params {
  bool threefry = false;
};

struct Key {
  uint32_t a, b;
};

Result<Params> parse(const OpView& v) {
  const auto algorithm = v.options<fb::StablehloRngBitGeneratorOptions>().algorithm();
  if (algorithm < fb::RngAlgorithm_DEFAULT || algorithm > fb::RngAlgorithm_THREEFRY)
    return Error(Code::unsupported, cat("algorithm ", int(algorithm), " is not known"));
  return Params{algorithm == fb::RngAlgorithm_THREEFRY};
}

Status infer(const Params& p, Infer& n) {
  TRY(n.arity(1, 2));
  TRY(n.has_type(n.in(0), {Type::u64}));
  TRY(n.has_type(n.out(0), {Type::u64}));
  TRY(n.has_type(n.out(1), {Type::i32, Type::u32, Type::i64, Type::u64}));
  const Shape& state = n.in(0).shape;
  if (state != Shape{2} && (p.threefry || state != Shape{3}))
    return Error(Code::invalid_model, cat("the state has shape ", state.text(), " instead of [2]",
                                          p.threefry ? "" : " or [3]"));
  TRY(n.set_shape(n.out(0), state));
  return n.set_shape(n.out(1), n.out(1).shape);
}

std::array<uint32_t, 2> threefry(Key key, std::array<uint32_t, 2> x) {
  constexpr int kTurns[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
  const uint32_t keys[3] = {key.a, key.b, key.a ^ key.b ^ 0x1BD11BDA};
  x[0] += keys[0];
  x[1] += keys[1];
  for (uint32_t round = 1; round <= 5; ++round) {
    for (const int turn : kTurns[(round - 1) % 2]) {
      x[0] += x[1];
      x[1] = std::rotl(x[1], turn) ^ x[0];
    }
    x[0] += keys[round % 3];
    x[1] += keys[(round + 1) % 3] + round;
  }
  return x;
}

PhiloxWords philox(Key key, PhiloxWords counter) {
  return ops::philox(uint64_t{key.b} << 32 | key.a, counter);
}

/// Fills with function(key, counter), counting up the first two words of the counter.
template <size_t N>
void fill(std::span<std::byte> out, Key key, std::array<uint32_t, N>& counter,
          std::array<uint32_t, N> (*function)(Key, std::array<uint32_t, N>)) {
  while (!out.empty()) {
    const auto words = function(key, counter);
    const size_t bytes = std::min(out.size(), sizeof words);
    std::memcpy(out.data(), words.data(), bytes);
    out = out.subspan(bytes);
    if (++counter[0] == 0) ++counter[1];
  }
}

constexpr uint32_t low(uint64_t v) { return uint32_t(v); }
constexpr uint32_t high(uint64_t v) { return uint32_t(v >> 32); }

Status run(const Params& p, Run& n) {
  const auto in = n.view<const uint64_t>(n.in(0));
  const auto after = n.view<uint64_t>(n.out(0));
  const std::span<std::byte> bits{n.out(1).data, n.out(1).bytes};
  const Key key{low(in[0]), high(in[0])};
  std::copy(in.begin(), in.end(), after.begin());
  std::array<uint32_t, 2> two{low(in[1]), high(in[1])};
  if (p.threefry) {
    fill(bits, key, two, threefry);
  } else {
    const uint64_t rest = in.size() == 3 ? in[2] : in[0];
    std::array<uint32_t, 4> four{two[0], two[1], low(rest), high(rest)};
    fill(bits, key, four, philox);
    two = {four[0], four[1]};
  }
  after[1] = uint64_t{two[1]} << 32 | two[0];
  return ok();
}

}  // namespace

extern constinit const OpDef stablehlo_rng_bit_generator = define_op<Params, parse, infer>(
    {.name = "STABLEHLO_RNG_BIT_GENERATOR", .code = 204}, {{Type::u64, bind<Params, run>}});

}  // namespace samara::ops
