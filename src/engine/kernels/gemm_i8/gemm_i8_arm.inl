// The row and panel loops of ARM variants. The including file defines struct X with
//   kRows                 rows of the largest tile
//   tile<kRows>(c, panel, row, rows)   rows <= kRows rows from `row`, one panel of 8 columns
// Rows beyond `rows` repeat the last one and are not stored.
#include "engine/kernels/gemm_i8/gemm_i8_types.h"

namespace samara::kernels {
namespace {

template <int kTile>
void panels(const GemmI8Call& c, int row, int count) {
  for (int p = 0; p < c.panels; ++p) X::template tile<kTile>(c, p, row, count);
}

void run(const GemmI8Call& c) {
  int row = 0;
  for (; c.rows - row > X::kRows / 2; row += X::kRows)
    panels<X::kRows>(c, row, c.rows - row < X::kRows ? c.rows - row : X::kRows);
  if constexpr (X::kRows > 4) {
    if (c.rows - row > 2) {
      panels<4>(c, row, c.rows - row);
      return;
    }
  }
  if (c.rows > row) panels<2>(c, row, c.rows - row);
}

}  // namespace
}  // namespace samara::kernels
