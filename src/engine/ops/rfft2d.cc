// RFFT2D: the two-dimensional Fourier transform of real values: [..., h, w] float32 with lengths
// [fft_h, fft_w] (powers of two) to [..., fft_h, fft_w / 2 + 1] complex64. Builtin 131, version 1.
// The input is cut or padded with zeros to the lengths; all in double, rounded once at the end.
//
// Rules from: LiteRT tflite/kernels/rfft2d.cc, tf.signal.rfft2d.
#include <bit>

#include "engine/graph/poller.h"
#include "engine/ops/shared/fft.h"

namespace samara::ops {
namespace {

struct State {
  std::vector<Complex> row_table, column_table;
};

Status infer(const NoParams&, Infer& n) {
  TRY(n.arity(2, 1));
  const Tensor &in = n.in(0), &lengths = n.in(1);
  TRY(n.has_type(in, {Type::f32}));
  TRY(n.has_type(lengths, {Type::i32}));
  TRY(n.has_type(n.out(0), {Type::c64}));
  if (in.shape.rank() < 2) {
    return Error(Code::invalid_model, cat("takes 2 dimensions or more, not ", in.shape.rank()));
  }
  if (lengths.shape.elements() != 2) {
    return Error(Code::invalid_model, cat("takes 2 lengths, not ", lengths.shape.elements()));
  }
  if (!n.known(1)) return n.defer();
  const auto length = n.values<int32_t>(1);
  for (const int32_t l : length) {
    if (l < 1 || !std::has_single_bit(uint32_t(l))) {
      return Error(Code::invalid_model, cat("length ", l, " is no power of two"));
    }
  }
  Shape out = in.shape;
  out[out.rank() - 2] = length[0];
  out[out.rank() - 1] = length[1] / 2 + 1;
  TRY(n.set_shape(n.out(0), out));
  const int64_t bins = int64_t(length[0]) * out.back();
  TRY(n.scratch(0, bins * int64_t(sizeof(Complex))));
  return n.scratch(1, int64_t(length[0]) * int64_t(sizeof(Complex)));
}

Status prepare(const NoParams&, State& s, Prepare& n) {
  const auto length = n.values<int32_t>(1);
  s.row_table = twiddles(length[1]);
  s.column_table = twiddles(length[0]);
  return ok();
}

void transform_row(const float* in, int32_t count, int32_t n, std::span<const Complex> table,
                   std::span<Complex> out) {
  const auto value = [&](int32_t i) { return i < count ? double(in[i]) : 0.0; };
  if (n == 1) {
    out[0] = {value(0), 0};
    return;
  }
  for (int32_t i = 0; i < n / 2; ++i) out[size_t(i)] = {value(2 * i), value(2 * i + 1)};
  real_fft(out, table, n);
}

Status run(const NoParams&, State& s, Run& n) {
  const Tensor &in = n.in(0), &out = n.out(0);
  const auto length = n.values<int32_t>(1);
  const int rank = in.shape.rank();
  const int32_t rows = in.shape[rank - 2], columns = in.shape.back();
  const int32_t height = length[0], bins = out.shape.back();
  const std::span grid(reinterpret_cast<Complex*>(n.scratch(0).data()),
                       size_t(height) * size_t(bins));
  const std::span column(reinterpret_cast<Complex*>(n.scratch(1).data()), size_t(height));
  const float* from = n.in_data<float>(0);
  float* to = n.out_data<float>(0);
  Poller poll(n);
  for (int64_t b = 0; b < in.shape.range(0, rank - 2); ++b) {
    for (int32_t y = 0; y < height; ++y) {
      TRY(poll(int64_t{length[1]} * 16));
      transform_row(from + int64_t(y) * columns, y < rows ? columns : 0, length[1], s.row_table,
                    grid.subspan(size_t(y) * size_t(bins), size_t(bins)));
    }
    for (int32_t x = 0; height > 1 && x < bins; ++x) {
      TRY(poll(int64_t{height} * 16));
      for (int32_t y = 0; y < height; ++y)
        column[size_t(y)] = grid[size_t(y) * size_t(bins) + size_t(x)];
      fft(column, s.column_table, height);
      for (int32_t y = 0; y < height; ++y)
        grid[size_t(y) * size_t(bins) + size_t(x)] = column[size_t(y)];
    }
    for (const Complex& bin : grid) {
      *to++ = float(bin.re);
      *to++ = float(bin.im);
    }
    from += int64_t(rows) * columns;
  }
  return ok();
}

}  // namespace

extern constinit const OpDef rfft2d = define_op<NoParams, State, parse_none, infer, prepare>(
    {.name = "RFFT2D", .code = 131, .versions = {1, 1}},
    {{{Type::f32, Type::i32}, bind<NoParams, State, run>}});

}  // namespace samara::ops
