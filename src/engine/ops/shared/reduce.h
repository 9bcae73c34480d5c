// MEAN, SUM and the REDUCE_ operators: input 1 names the axes of input 0 that are folded away.
// Every output is folded by one thread in a fixed order, so results do not depend on threads.
// Rules from: LiteRT tflite/kernels/reduce.cc, internal/reference/reduce.h.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <type_traits>

#include "engine/graph/op.h"
#include "engine/ops/shared/parallel.h"
#include "engine/ops/shared/rounded_once.h"

namespace samara::ops {

struct ReduceParams {
  bool keep_dims = false;
};

/// The input as alternating folded and kept dimensions, innermost first, neighbours merged.
struct Reduction {
  static constexpr int kMax = kMaxRank + 1;
  struct Axes {
    int rank = 0;
    std::array<int64_t, kMax> size{}, stride{};  // innermost first; strides in the input
    int64_t elements() const;
  };
  int64_t run = 1;         // length of the innermost dimension, which is contiguous
  bool run_folded = true;  // whether it is folded
  Axes folded, kept;       // the other dimensions
  int64_t cells = 1;       // folded into one output
};

Result<ReduceParams> parse_reduce(const OpView& v);
/// Shapes; the output has the input's type.
Status infer_reduce(const ReduceParams& p, Infer& n);
/// As infer_reduce(), and quantized types have scales.
Status infer_reduce_quantized(const ReduceParams& p, Infer& n);
/// As infer_reduce(), and integers of 8 and 16 bits have the same quantization in and out.
Status infer_reduce_same_scale(const ReduceParams& p, Infer& n);
/// For a node whose axes are known and valid.
Reduction plan_reduction(const Operands& n);

/// Steps through the positions of `axes` in order, as offsets.
class AxesWalk {
 public:
  AxesWalk(const Reduction::Axes& axes, int64_t start);
  int64_t offset() const { return offset_; }
  void next();

 private:
  const Reduction::Axes& axes_;
  std::array<int64_t, Reduction::kMax> index_{};
  int64_t offset_ = 0;
};

/// out = finish(acc) where acc = step(acc, cell) over an output's cells, from `init`. With `lanes`
/// above 1 the cells of a contiguous run go to that many accumulators in turn, which `step` then
/// joins in order: for operations that allow it.
template <class T, class Acc, int lanes, class Step, class Join, class Finish>
void reduce(Run& n, const Reduction& r, Acc init, const Step& step, const Join& join,
            const Finish& finish) {
  const T* in = n.in_data<T>(0);
  T* out = n.out_data<T>(0);
  const int64_t folds = r.folded.elements();
  const auto fold_runs = [&](int64_t begin, int64_t end) {
    AxesWalk kept(r.kept, begin);
    for (int64_t o = begin; o < end; ++o, kept.next()) {
      Acc acc[lanes];
      std::fill(acc, acc + lanes, init);
      AxesWalk fold(r.folded, 0);
      for (int64_t f = 0; f < folds; ++f, fold.next()) {
        const T* cell = in + kept.offset() + fold.offset();
        int64_t i = 0;
        for (; i + lanes <= r.run; i += lanes) {
          for (int k = 0; k < lanes; ++k) acc[k] = step(acc[k], cell[i + k]);
        }
        for (; i < r.run; ++i) acc[0] = step(acc[0], cell[i]);
      }
      for (int k = 1; k < lanes; ++k) acc[0] = join(acc[0], acc[k]);
      out[o] = finish(acc[0]);
    }
  };
  const auto fold_columns = [&](int64_t begin, int64_t end) {
    constexpr int64_t kTile = 64;
    AxesWalk kept(r.kept, begin / r.run);
    int64_t column = begin % r.run;
    for (int64_t o = begin; o < end;) {
      const int64_t tile = std::min({kTile, r.run - column, end - o});
      Acc acc[kTile];
      std::fill(acc, acc + tile, init);
      AxesWalk fold(r.folded, 0);
      for (int64_t f = 0; f < folds; ++f, fold.next()) {
        const T* cell = in + kept.offset() + fold.offset() + column;
        for (int64_t k = 0; k < tile; ++k) acc[k] = step(acc[k], cell[k]);
      }
      for (int64_t k = 0; k < tile; ++k) out[o + k] = finish(acc[k]);
      o += tile;
      column += tile;
      if (column == r.run) {
        column = 0;
        kept.next();
      }
    }
  };
  const int64_t outputs = n.out(0).shape.elements();
  const FunctionRef<void(int64_t, int64_t)> columns(fold_columns), runs(fold_runs);
  for_elements(n.pool(), outputs, r.run_folded ? runs : columns, r.cells);
}

/// out = sum of an output's cells / divisor. Columns are summed as the reference does, runs in float
/// by blocks and in double over those.
void reduce_sum_f32(Run& n, const Reduction& r, double divisor);

/// sums[i] = the sum of output i's cells, for `count` outputs beside each other from the one whose
/// cells begin at `cells`; of bytes.
void sum_of_byte_columns(const uint8_t* cells, bool is_unsigned, const Reduction& r, int64_t count,
                         int32_t* sums);

/// out = finish(sum of an output's cells), quantized values of T.
template <class T, class Finish>
void reduce_sum_quantized(Run& n, const Reduction& r, const Finish& finish) {
  if constexpr (sizeof(T) == 1) {
    const uint8_t* in = n.in_data<uint8_t>(0);
    T* out = n.out_data<T>(0);
    const auto columns = [&](int64_t begin, int64_t end) {
      constexpr int64_t kTile = 512;
      int32_t sums[kTile];
      AxesWalk kept(r.kept, begin / r.run);
      int64_t column = begin % r.run;
      for (int64_t o = begin; o < end;) {
        const int64_t tile = std::min({kTile, r.run - column, end - o});
        const uint8_t* cells = in + kept.offset() + column;
        sum_of_byte_columns(cells, std::is_unsigned_v<T>, r, tile, sums);
        for (int64_t k = 0; k < tile; ++k) out[o + k] = finish(uint32_t(sums[k]));
        o += tile;
        column += tile;
        if (column < r.run) continue;
        column = 0;
        kept.next();
      }
    };
    if (!r.run_folded) return for_elements(n.pool(), n.out(0).shape.elements(), columns, r.cells);
  }
  const auto plus = [](uint32_t acc, auto x) { return acc + uint32_t(int32_t(x)); };
  reduce<T, uint32_t, 16>(n, r, 0, plus, plus, finish);
}

/// Whether XNNPACK takes a quantized sum or mean: 8 bits, constant axes.
inline bool reduces_once(const Operands& n) {
  const Type type = n.in(0).type;
  return rounds_once(n) && (type == Type::i8 || type == Type::u8) && n.in(1).constant &&
         n.in(1).shape.elements() > 0 && !n.in(0).quant.empty();
}

/// Sums of quantized values over `divisor`, rounded once: the zero points of the cells are taken off
/// in float, as XNNPACK does.
template <class T>
void reduce_once(Run& n, const Reduction& r, float divisor) {
  const float scale = scale_ratio(n.in(0), n.out(0)) / divisor;
  const float zeros = float(n.in(0).quant.zero_point() * r.cells);
  const float add = float(n.out(0).quant.zero_point()) - zeros * scale;
  const Range<int32_t> range = integer_range(n.out(0).type);
  reduce_sum_quantized<T>(
      n, r, [=](uint32_t sum) { return T(round_even(float(int32_t(sum)) * scale + add, range)); });
}

template <auto run>
constexpr auto reduce_kernel = bind<ReduceParams, run>;

}  // namespace samara::ops
