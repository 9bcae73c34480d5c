// MULTINOMIAL: for each row of log-odds in input 0, as many random classes as input 1 says, each
// with its probability. Builtin 149, version 1. Rules from: LiteRT tflite/kernels/random_ops.cc:
// classes whose odds are not finite never come, sums are in double; a row without any finite odds
// gives the number of classes.
#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/graph/poller.h"
#include "engine/ops/shared/move.h"
#include "engine/ops/shared/random.h"

namespace samara::ops {
namespace {

Result<Shape> shape_of(const Operands& n) {
  TRY_SET(const int64_t samples, read_int(n, 1));
  if (samples < 0) return value_error(n, 1, cat("there cannot be ", samples, " samples"));
  return Shape{n.in(0).shape[0], int32_t(samples)};
}

Status infer(const RandomParams&, Infer& n) {
  TRY(n.arity(2, 1));
  const Tensor& odds = n.in(0);
  TRY(n.has_type(odds, {Type::f32}));
  TRY(n.has_rank(odds, 2));
  TRY(n.has_type(n.in(1), {Type::i32}));
  TRY(n.has_type(n.out(0), {Type::i32, Type::i64}));
  if (odds.shape[1] < 1)
    return Error(Code::invalid_model, cat("the odds ", odds.shape.text(), " have no classes"));
  TRY(n.scratch(0, odds.shape[1] * int64_t(sizeof(double))));
  if (!n.known(1)) return n.sized_by_run(n.out(0));
  TRY_SET(const Shape shape, shape_of(n));
  return n.set_shape(n.out(0), shape);
}

Status prepare(const RandomParams& p, RandomState& s, Prepare& n) {
  TRY(prepare_random(p, s, n));
  s.late = !n.known(1);
  return ok();
}

/// Odds summed up from the first class on.
void accumulate(std::span<const float> odds, std::span<double> sums) {
  float most = std::numeric_limits<float>::lowest();
  for (const float x : odds)
    if (std::isfinite(x)) most = std::max(most, x);
  double sum = 0;
  for (size_t i = 0; i < odds.size(); ++i) {
    if (std::isfinite(odds[i])) sum += std::exp(double(odds[i]) - double(most));
    sums[i] = sum;
  }
}

template <class T>
Status sample(RandomState& s, Run& n) {
  const auto rows = uint64_t(n.out(0).shape[0]);
  const auto samples = uint64_t(n.out(0).shape[1]);
  const auto classes = size_t(n.in(0).shape[1]);
  Philox generator = s.generator;
  // As TensorFlow does: far more than any run draws, so that no two runs overlap.
  s.generator.skip(rows * ((samples + 3) / 4 * 4) * 2 * 256);
  const std::span<double> sums{reinterpret_cast<double*>(n.scratch(0).data()), classes};
  T* out = n.out_data<T>(0);
  Philox::Words words{};
  size_t used = words.size();
  Poller poll(n);
  for (uint64_t row = 0; row < rows; ++row) {
    TRY(poll(int64_t(classes) * 16));
    accumulate({n.in_data<float>(0) + row * classes, classes}, sums);
    for (uint64_t i = 0; i < samples; ++i, used += 2) {
      TRY(poll(64));
      if (used == words.size()) {
        words = generator();
        used = 0;
      }
      const double place = uniform_double(words[used], words[used + 1]) * sums.back();
      *out++ = T(std::upper_bound(sums.begin(), sums.end(), place) - sums.begin());
    }
  }
  return ok();
}

Status run(const RandomParams&, RandomState& s, Run& n) {
  if (s.late) {
    TRY_SET(const Shape shape, shape_of(n));
    TRY(n.resize(n.out(0), shape));
  }
  return n.out(0).type == Type::i64 ? sample<int64_t>(s, n) : sample<int32_t>(s, n);
}

}  // namespace

extern constinit const OpDef multinomial =
    define_op<RandomParams, RandomState, parse_random, infer, prepare>(
        {.name = "MULTINOMIAL", .code = 149, .versions = {1, 1}, .pure = false},
        {{Type::f32, bind<RandomParams, RandomState, run>}});

}  // namespace samara::ops
