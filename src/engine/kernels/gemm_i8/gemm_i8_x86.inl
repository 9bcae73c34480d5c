// The tile loop of x86 variants. The including file defines struct X with its vector type V and
//   kLanes         32-bit lanes, which is the panel's width
//   kB             bytes of b that one step takes
//   kStep          k of a step; its left values are 4 bytes
//   kRows          rows of the largest tile (x 2 panels): 12, 6 or 4
//   load, store    lanes of sums
//   left           4 bytes of a to all lanes
//   right          one step of b
//   dot            sums += a * b
// and may define kMakesResults, and put, which takes a tile's sums where the call asks for results.
// Everything is in an unnamed namespace and always inlined, so that no copy compiled for one
// instruction set can be linked into another's code.
#include "engine/kernels/gemm_i8/gemm_i8_types.h"

namespace samara::kernels {
namespace {

#define SAMARA_INLINE [[gnu::always_inline]] inline

template <class T>
constexpr bool kMakesResults = requires { T::kMakesResults; };

template <int kRows, int kPanels>
SAMARA_INLINE void start(const GemmI8Call& c, int row, int panel, X::V (&sum)[kRows][kPanels]) {
  const int32_t* init = c.init + row * c.init_stride + panel * X::kLanes;
  if (c.init_stride == 0) {
#pragma GCC unroll 4
    for (int p = 0; p < kPanels; ++p) {
      sum[0][p] = X::load(init + p * X::kLanes);
#pragma GCC unroll 16
      for (int i = 1; i < kRows; ++i) sum[i][p] = sum[0][p];
    }
  } else {
#pragma GCC unroll 16
    for (int i = 0; i < kRows; ++i, init += c.init_stride)
#pragma GCC unroll 4
      for (int p = 0; p < kPanels; ++p) sum[i][p] = X::load(init + p * X::kLanes);
  }
}

// Rows are addressed from every third, so that 12 need 4 pointers and not 12 registers.
template <int kRows, int kPanels, class T = X>
SAMARA_INLINE void tile(const GemmI8Call& c, int row, int panel) {
  constexpr int kThirds = (kRows + 2) / 3;
  X::V sum[kRows][kPanels];
  start(c, row, panel, sum);
  const char* a[kThirds];
#pragma GCC unroll 4
  for (int t = 0; t < kThirds; ++t)
    a[t] = static_cast<const char*>(c.a) + (row + 3 * t) * c.a_stride;
  const int8_t* b[kPanels];
#pragma GCC unroll 4
  for (int p = 0; p < kPanels; ++p) b[p] = c.b + (panel + p) * c.b_stride;
  const ptrdiff_t stride = c.a_stride;
  for (int k = 0; k < c.k; k += X::kStep) {
    X::V right[kPanels];
#pragma GCC unroll 4
    for (int p = 0; p < kPanels; ++p) {
      right[p] = X::right(b[p]);
      b[p] += X::kB;
    }
#pragma GCC unroll 16
    for (int i = 0; i < kRows; ++i) {
      const X::V left = X::left(a[i / 3] + i % 3 * stride);
#pragma GCC unroll 4
      for (int p = 0; p < kPanels; ++p) X::dot(sum[i][p], left, right[p]);
    }
#pragma GCC unroll 4
    for (int t = 0; t < kThirds; ++t) a[t] += 4;
  }
  if constexpr (kMakesResults<T>) {
    if (c.bytes || c.floats) return T::put(c, row, panel, sum);
  }
  int32_t* to = c.c + row * c.c_stride + panel * X::kLanes;
#pragma GCC unroll 16
  for (int i = 0; i < kRows; ++i, to += c.c_stride)
#pragma GCC unroll 4
    for (int p = 0; p < kPanels; ++p) X::store(to + p * X::kLanes, sum[i][p]);
}

/// Panels [panel, panel + 4) at most; says how many it took.
template <int kRows>
[[gnu::noinline]] int some_panels(const GemmI8Call& c, int row, int panel) {
  if constexpr (kRows * 4 <= X::kRows * 2) {
    if (panel + 4 <= c.panels) return tile<kRows, 4>(c, row, panel), 4;
  }
  if (panel + 2 <= c.panels) return tile<kRows, 2>(c, row, panel), 2;
  return tile<kRows, 1>(c, row, panel), 1;
}

template <int kRows>
void rows(const GemmI8Call& c, int row) {
  for (int p = 0; p < c.panels;) p += some_panels<kRows>(c, row, p);
}

void run(const GemmI8Call& c) {
  int row = 0;
  if constexpr (kMakesResults<X>) {
    // Panels that do not stay in the cache are read once, for all rows.
    constexpr int kNear = 12 * 1024;
    if (c.rows > X::kRows && c.k * c.panels * X::kLanes > kNear) {
      const int whole = c.rows / X::kRows * X::kRows;
      for (int panel = 0; panel < c.panels;) {
        // The next panels come while these are used.
        const int8_t* next = c.b + (panel + 2) * c.b_stride;
        const ptrdiff_t ahead = panel + 2 < c.panels ? 2 * c.b_stride : 0;
        ptrdiff_t fetched = 0;
        int took = 0;
        for (row = 0; row < whole; row += X::kRows) {
          for (; fetched < ahead * (row + X::kRows) / whole; fetched += 64)
            __builtin_prefetch(next + fetched);
          took = some_panels<X::kRows>(c, row, panel);
        }
        panel += took;
      }
    }
  }
  for (; row + X::kRows <= c.rows; row += X::kRows) rows<X::kRows>(c, row);
  if constexpr (X::kRows > 4)
    for (; row + 4 <= c.rows; row += 4) rows<4>(c, row);
  for (; row < c.rows; ++row) rows<1>(c, row);
}

/// Products with ones.
[[maybe_unused]] int32_t sum(const void* a, int k) {
  constexpr bool kBytes = X::kStep == 4;
  constexpr int kValues = X::kLanes * X::kStep;  // of a vector
  const int16_t words[] = {1, 1};
  const int8_t bytes[] = {1, 1, 1, 1};
  const X::V ones =
      X::left(kBytes ? reinterpret_cast<const char*>(bytes) : reinterpret_cast<const char*>(words));
  int32_t lanes[X::kLanes] = {};
  X::V sums = X::load(lanes);
  int i = 0;
  for (; i + kValues <= k; i += kValues) {
    const auto* at = static_cast<const char*>(a) + i * (kBytes ? 1 : 2);
    X::dot(sums, X::load(reinterpret_cast<const int32_t*>(at)), ones);
  }
  if (i < k) {
    int32_t rest[X::kLanes] = {};
    const int size = kBytes ? 1 : 2;
    __builtin_memcpy(rest, static_cast<const char*>(a) + i * size, size_t(k - i) * size_t(size));
    X::dot(sums, X::load(rest), ones);
  }
  X::store(lanes, sums);
  int32_t total = 0;
  for (const int32_t lane : lanes) total += lane;
  return total;
}

}  // namespace
}  // namespace samara::kernels
