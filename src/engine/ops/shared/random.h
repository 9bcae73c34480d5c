// RANDOM_UNIFORM, RANDOM_STANDARD_NORMAL and MULTINOMIAL: the counter-based generator Philox4x32-10
// and what numbers are made of its words.
// Rules from: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011); which seed goes
// where, and how words become floats, from LiteRT tflite/kernels/random_ops.cc and TensorFlow's
// philox_random.h and random_distributions_utils.h.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "engine/graph/op.h"

namespace samara::ops {

using PhiloxWords = std::array<uint32_t, 4>;
/// Philox4x32-10: four random words of a key and a counter.
PhiloxWords philox(uint64_t key, PhiloxWords counter);

class Philox {
 public:
  using Words = PhiloxWords;
  Philox() = default;
  Philox(uint64_t key, uint64_t stream) : key_(key), high_(stream) {}
  Words operator()();
  /// Leaves out `count` results.
  void skip(uint64_t count) {
    low_ += count;
    if (low_ < count) ++high_;
  }

 private:
  uint64_t key_ = 0, low_ = 0, high_ = 0;
};

/// In [0, 1), of 23 or 52 random bits.
inline float uniform_float(uint32_t word) {
  return std::bit_cast<float>(0x3f800000 | (word & 0x7fffff)) - 1.0f;
}
inline double uniform_double(uint32_t high, uint32_t low) {
  return std::bit_cast<double>(uint64_t{0x3ff00000 | (high & 0xfffff)} << 32 | low) - 1.0;
}

/// Of a model's 64-bit seeds LiteRT takes the lower halves.
struct RandomParams {
  int32_t seed = 0, seed2 = 0;
};
/// The generator goes on from run to run. `late`: the output gets its size in the run.
struct RandomState {
  Philox generator;
  bool seeded = false, late = false;
};

Result<RandomParams> parse_random(const OpView& v);
/// Seeds the generator, the first time; with seeds 0 and 0 differently in each session.
Status prepare_random(const RandomParams& p, RandomState& s, Prepare& n);

/// A float32 output of the shape in input 0.
Status infer_random(const RandomParams&, Infer& n);
/// Makes room for an output whose shape was not known before the run.
Status size_random(const RandomState& s, Run& n);

template <auto run>
constexpr OpDef define_random(const OpInfo& info) {
  return define_op<RandomParams, RandomState, parse_random, infer_random, prepare_random>(
      info, {{kAny, bind<RandomParams, RandomState, run>}});
}

}  // namespace samara::ops
