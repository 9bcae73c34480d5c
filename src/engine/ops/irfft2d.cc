// IRFFT2D: the inverse of RFFT2D: [..., h, w] complex64 with lengths [fft_h, fft_w] (powers of two)
// to [..., fft_h, fft_w] float32. Custom operator. The input is cut or padded with zeros to
// [fft_h, fft_w / 2 + 1]; all in double, rounded once at the end.
// Rules from: LiteRT tflite/kernels/irfft2d.cc, tf.signal.irfft2d.
#include <bit>

#include "engine/graph/op.h"
#include "engine/ops/shared/fft.h"
#include "engine/ops/shared/move.h"

namespace samara::ops {
namespace {

struct State {
  std::vector<Complex> row_table, column_table;
};

enum Slot { kGrid, kLine };

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(2, 1));
  const Tensor &in = n.in(0), &lengths = n.in(1);
  TRY(n.has_type(lengths, {Type::i32}));
  TRY(n.has_type(n.out(0), {Type::f32}));
  const int rank = in.shape.rank();
  if (rank < 2) return Error(Code::invalid_model, cat("takes 2 dimensions or more, not ", rank));
  if (lengths.shape != Shape{2}) {
    return Error(Code::invalid_model, cat("takes 2 lengths, not ", lengths.shape.text()));
  }
  if (!n.known(1)) return n.defer();
  const auto length = n.values<int32_t>(1);
  for (const int32_t l : length) {
    if (l < 1 || !std::has_single_bit(uint32_t(l))) {
      return value_error(n, 1, cat("length ", l, " is no power of two"));
    }
  }
  Shape out = in.shape;
  out[rank - 2] = length[0];
  out[rank - 1] = length[1];
  TRY(n.set_shape(n.out(0), out));
  const int64_t bins = int64_t{length[0]} * (length[1] / 2 + 1);
  TRY(n.scratch(kGrid, bins * int64_t{sizeof(Complex)}));
  return n.scratch(kLine, int64_t{std::max(length[0], length[1])} * int64_t{sizeof(Complex)});
}

Status prepare(const NoParams&, State& s, Prepare& n) {
  const auto length = n.values<int32_t>(1);
  s.row_table = twiddles(length[1]);
  s.column_table = twiddles(length[0]);
  return ok();
}

/// The inverse, not yet divided by the length: the transform of the conjugate, conjugated.
void inverse(std::span<Complex> line, std::span<const Complex> table) {
  for (Complex& x : line) x.im = -x.im;
  if (line.size() > 1) fft(line, table, int32_t(line.size()));
  for (Complex& x : line) x.im = -x.im;
}

/// One picture: `in` is [rows][columns], `grid` has the size that the lengths want.
void transform(const State& s, const float* in, int32_t rows, int32_t columns, Complex* grid,
               Complex* line_memory, std::span<const int32_t> length, float* out) {
  const int32_t height = length[0], width = length[1], bins = width / 2 + 1;
  for (int32_t y = 0; y < height; ++y) {
    for (int32_t x = 0; x < bins; ++x) {
      const float* bin = in + 2 * (int64_t{y} * columns + x);
      grid[int64_t{y} * bins + x] = y < rows && x < columns ? Complex{bin[0], bin[1]} : Complex{};
    }
  }
  const std::span column(line_memory, size_t(height)), row(line_memory, size_t(width));
  for (int32_t x = 0; x < bins; ++x) {
    for (int32_t y = 0; y < height; ++y) column[size_t(y)] = grid[int64_t{y} * bins + x];
    inverse(column, s.column_table);
    for (int32_t y = 0; y < height; ++y) grid[int64_t{y} * bins + x] = column[size_t(y)];
  }
  const double scale = 1.0 / (double(height) * width);
  for (int32_t y = 0; y < height; ++y) {
    const Complex* from = grid + int64_t{y} * bins;
    // The other half are the conjugates; real results leave no imaginary part in the ends.
    row[0] = {from[0].re, 0};
    if (width > 1) row[size_t(width / 2)] = {from[width / 2].re, 0};
    for (int32_t x = 1; x < width - x; ++x) {
      row[size_t(x)] = from[x];
      row[size_t(width - x)] = {from[x].re, -from[x].im};
    }
    inverse(row, s.row_table);
    for (const Complex& value : row) *out++ = float(value.re * scale);
  }
}

Status run(const NoParams&, State& s, Run& n) {
  const Shape &in = n.in(0).shape, &out = n.out(0).shape;
  const int rank = in.rank();
  auto* grid = reinterpret_cast<Complex*>(n.scratch(kGrid).data());
  auto* line = reinterpret_cast<Complex*>(n.scratch(kLine).data());
  const int64_t step = 2 * in.range(rank - 2, rank), out_step = out.range(rank - 2, rank);
  for (int64_t i = 0; i < in.range(0, rank - 2); ++i) {
    transform(s, n.in_data<float>(0) + i * step, in[rank - 2], in[rank - 1], grid, line,
              n.values<int32_t>(1), n.out_data<float>(0) + i * out_step);
    TRY(n.poll());
  }
  return ok();
}

}  // namespace

extern constinit const OpDef irfft2d = define_op<NoParams, State, parse_none, infer, prepare>(
    {.name = "IRFFT2D"}, {{Type::c64, bind<NoParams, State, run>}});

}  // namespace samara::ops
