// Dot products: lanes run along k. Each output has its own accumulator, the order of its sum
// depends on k alone, and weights are loaded once for up to four rows.
#include "engine/kernels/gemv_f32/gemv_f32_types.h"
#include "engine/kernels/simd/vec.h"

namespace samara::kernels {
namespace {

/// A block of the output: Rows by Cols from `row` and `col` on.
template <size_t Rows, size_t Cols>
void block(const GemvF32Args& t, size_t row, size_t col) {
  const float* x = t.x + row * t.x_stride;
  const float* w = t.w + col * t.w_stride;
  F acc[Rows][Cols] = {};
  size_t i = 0;
  for (; i + kLanes <= t.k; i += kLanes) {
    F v[Rows];
#pragma GCC unroll 4
    for (size_t r = 0; r < Rows; ++r) v[r] = load(x + r * t.x_stride + i);
#pragma GCC unroll 8
    for (size_t c = 0; c < Cols; ++c) {
      const F weights = load(w + c * t.w_stride + i);
#pragma GCC unroll 4
      for (size_t r = 0; r < Rows; ++r) acc[r][c] = mac(v[r], weights, acc[r][c]);
    }
  }
  if (i < t.k) {
    const size_t n = t.k - i;
#pragma GCC unroll 8
    for (size_t c = 0; c < Cols; ++c) {
      const F weights = load_some(w + c * t.w_stride + i, n);
#pragma GCC unroll 4
      for (size_t r = 0; r < Rows; ++r)
        acc[r][c] = mac(load_some(x + r * t.x_stride + i, n), weights, acc[r][c]);
    }
  }
#pragma GCC unroll 4
  for (size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 8
    for (size_t c = 0; c < Cols; ++c) {
      float sum = total(acc[r][c]);
      if (t.bias) sum += t.bias[col + c];
      sum = sum < t.lo ? t.lo : sum;
      t.out[(row + r) * t.out_stride + col + c] = t.hi < sum ? t.hi : sum;
    }
}

template <size_t Rows, size_t Cols>
void rows_of(const GemvF32Args& t, size_t row) {
  size_t col = 0;
  for (; col + Cols <= t.cols; col += Cols) block<Rows, Cols>(t, row, col);
  for (; col < t.cols; ++col) block<Rows, 1>(t, row, col);
}

void run(const GemvF32Args& t) {
  size_t row = 0;
  for (; row + 4 <= t.rows; row += 4) rows_of<4, 2>(t, row);
  if (row + 2 <= t.rows) {
    rows_of<2, 4>(t, row);
    row += 2;
  }
  if (row < t.rows) rows_of<1, 8>(t, row);
}

}  // namespace

constinit const GemvF32 SAMARA_BODY = {.run = run};

}  // namespace samara::kernels
