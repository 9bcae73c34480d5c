#include "engine/ops/shared/reduce.h"

#include "engine/kernels/elementwise/elementwise_kernels.h"
#include "engine/ops/shared/arithmetic.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

/// Bit i: dimension i is folded. A scalar has no dimensions, whatever axes are named.
Result<uint32_t> folded_axes(const Operands& n) {
  const int rank = n.in(0).shape.rank();
  if (rank == 0) return 0u;
  TRY_SET(const Ints axes, read_ints(n, 1));
  uint32_t mask = 0;
  for (const int64_t a : axes.span()) {
    TRY_SET(const int axis, resolve_axis(n, 1, a, rank));
    mask |= 1u << axis;
  }
  return mask;
}

}  // namespace

int64_t Reduction::Axes::elements() const {
  int64_t count = 1;
  for (int i = 0; i < rank; ++i) count *= size[size_t(i)];
  return count;
}

AxesWalk::AxesWalk(const Reduction::Axes& axes, int64_t start) : axes_(axes) {
  for (int i = 0; i < axes.rank && start > 0; ++i) {
    index_[size_t(i)] = start % axes.size[size_t(i)];
    offset_ += index_[size_t(i)] * axes.stride[size_t(i)];
    start /= axes.size[size_t(i)];
  }
}

void AxesWalk::next() {
  for (int d = 0; d < axes_.rank; ++d) {
    const size_t i = size_t(d);
    offset_ += axes_.stride[i];
    if (++index_[i] < axes_.size[i]) return;
    offset_ -= axes_.size[i] * axes_.stride[i];
    index_[i] = 0;
  }
}

Result<ReduceParams> parse_reduce(const OpView& v) {
  return ReduceParams{v.options<fb::ReducerOptions>().keep_dims()};
}

Status infer_reduce(const ReduceParams& p, Infer& n) {
  TRY(n.arity(2, 1));
  TRY(n.same_type(n.in(0), n.out(0)));
  TRY(n.has_type(n.in(1), {Type::i32}));
  if (!n.known(1)) return n.defer();
  TRY_SET(const uint32_t folded, folded_axes(n));
  const Shape& in = n.in(0).shape;
  Shape out;
  for (int i = 0; i < in.rank(); ++i) {
    const bool fold = (folded >> i & 1) != 0;
    if (!fold) out.push(in[i]);
    if (fold && p.keep_dims) out.push(1);
  }
  return n.set_shape(n.out(0), out);
}

Status infer_reduce_quantized(const ReduceParams& p, Infer& n) {
  TRY(infer_reduce(p, n));
  for (const Tensor* t : {&n.in(0), &n.out(0)}) {
    if (!is_8bit(t->type) && t->type != Type::i16) continue;
    TRY(n.quantized(*t));
    if (t->type == Type::i16 && t->quant.zero_point() != 0) {
      return Error(Code::invalid_model,
                   cat("tensor '", t->name, "': a 16-bit zero point must be 0, not ",
                       t->quant.zero_point()));
    }
  }
  return ok();
}

Status infer_reduce_same_scale(const ReduceParams& p, Infer& n) {
  TRY(infer_reduce(p, n));
  const Type type = n.in(0).type;
  const bool quantized = is_8bit(type) || type == Type::i16;
  return quantized ? same_quantization(n.in(0), n.out(0)) : ok();
}

Reduction plan_reduction(const Operands& n) {
  const Shape& in = n.in(0).shape;
  const auto folded = folded_axes(n);
  const uint32_t mask = folded.ok() ? *folded : 0;  // infer has refused what is not ok
  Reduction r;
  int64_t stride = 1;
  bool first = true, last_folded = false;
  for (int i = in.rank() - 1; i >= 0; --i) {
    const int64_t size = in[i];
    const bool fold = (mask >> i & 1) != 0;
    if (fold) r.cells *= size;
    if (size != 1) {
      Reduction::Axes& axes = fold ? r.folded : r.kept;
      const bool same = !first && fold == last_folded;
      if (first) {
        r.run = size;
        r.run_folded = fold;
      } else if (same && stride == r.run && axes.rank == 0) {
        r.run *= size;
      } else if (same) {
        axes.size[size_t(axes.rank - 1)] *= size;
      } else {
        axes.size[size_t(axes.rank)] = size;
        axes.stride[size_t(axes.rank++)] = stride;
      }
      first = false;
      last_folded = fold;
    }
    stride *= size;
  }
  return r;
}

namespace {

/// Float sums of this many values keep 20 bits and more.
constexpr int64_t kBlock = 1024;

/// The sum of a run of cells for each position of the folded dimensions.
double sum_of_runs(const float* cells, const Reduction& r, int64_t folds) {
  const auto sum = kernels::elementwise_f32().sum;
  double total = 0;
  AxesWalk fold(r.folded, 0);
  for (int64_t f = 0; f < folds; ++f, fold.next()) {
    for (int64_t i = 0; i < r.run; i += kBlock) {
      total += double(sum(cells + fold.offset() + i, size_t(std::min(kBlock, r.run - i))));
    }
  }
  return total;
}

/// The sums of `count` neighbouring outputs, whose cells are neighbours too: one cell after the
/// other in float, since that is how the reference rounds and a deep network makes much of it.
void sum_of_columns(const float* cells, const Reduction& r, int64_t folds, int64_t count,
                    float* sums) {
  const auto accumulate = kernels::elementwise_f32().accumulate;
  std::fill(sums, sums + count, 0.0f);
  AxesWalk fold(r.folded, 0);
  for (int64_t f = 0; f < folds; ++f, fold.next())
    accumulate(cells + fold.offset(), sums, size_t(count));
}

}  // namespace

void sum_of_byte_columns(const uint8_t* cells, bool is_unsigned, const Reduction& r, int64_t count,
                         int32_t* sums) {
  const auto accumulate = kernels::requant_rows().kernels->accumulate8;
  std::fill(sums, sums + count, 0);
  if (r.folded.rank == 1) {
    accumulate(cells, ptrdiff_t(r.folded.stride[0]), size_t(r.folded.size[0]), is_unsigned, sums,
               size_t(count));
    return;
  }
  const int64_t folds = r.folded.elements();
  AxesWalk fold(r.folded, 0);
  for (int64_t f = 0; f < folds; ++f, fold.next())
    accumulate(cells + fold.offset(), 0, 1, is_unsigned, sums, size_t(count));
}

void reduce_sum_f32(Run& n, const Reduction& r, double divisor) {
  const float* in = n.in_data<float>(0);
  float* out = n.out_data<float>(0);
  const int64_t folds = r.folded.elements();
  const auto runs = [&](int64_t begin, int64_t end) {
    AxesWalk kept(r.kept, begin);
    for (int64_t o = begin; o < end; ++o, kept.next()) {
      out[o] = float(sum_of_runs(in + kept.offset(), r, folds) / divisor);
    }
  };
  const auto columns = [&](int64_t begin, int64_t end) {
    constexpr int64_t kTile = 256;
    float sums[kTile];
    AxesWalk kept(r.kept, begin / r.run);
    int64_t column = begin % r.run;
    for (int64_t o = begin; o < end;) {
      const int64_t tile = std::min({kTile, r.run - column, end - o});
      sum_of_columns(in + kept.offset() + column, r, folds, tile, sums);
      for (int64_t k = 0; k < tile; ++k) out[o + k] = float(double(sums[k]) / divisor);
      o += tile;
      column += tile;
      if (column < r.run) continue;
      column = 0;
      kept.next();
    }
  };
  const FunctionRef<void(int64_t, int64_t)> by_columns(columns), by_runs(runs);
  for_elements(n.pool(), n.out(0).shape.elements(), r.run_folded ? by_runs : by_columns, r.cells);
}

}  // namespace samara::ops
