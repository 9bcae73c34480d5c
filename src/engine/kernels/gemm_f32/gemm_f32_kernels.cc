#include "engine/kernels/gemm_f32/gemm_f32_kernels.h"

#include <algorithm>
#include <cmath>

#include "base/checked.h"

namespace samara::kernels {
namespace {

constexpr Variant<GemmF32> kVariants[] = {
#define SAMARA_VARIANT(object, isa) {#object, isa, &object},
#include "engine/kernels/gemm_f32/variants.inc"
#undef SAMARA_VARIANT
};

/// Pointers that a tile's row pointers may take of the stack.
constexpr size_t kMostPointers = 2048;
/// Weights that stay in the second-level cache while all rows pass over them.
constexpr size_t kBlockBytes = 256 << 10;
/// Multiplications below which a range is not worth another thread.
constexpr size_t kGrainWork = 64 << 10;

size_t divide_up(size_t a, size_t b) { return (a + b - 1) / b; }

/// Calls panel(first column, columns that exist, packed width) for each panel of n columns.
template <class Function>
void for_panels(size_t n, const GemmF32& g, Function panel) {
  for (size_t col = 0; col < n; col += g.width) {
    const size_t cols = std::min(n - col, g.width);
    panel(col, cols, cols <= g.narrow ? g.narrow : g.width);
  }
}

/// One product: m rows whose pointers `rows(first, count, out)` writes, by n packed columns.
template <class Rows>
void product(size_t most_rows, Rows rows, const float* packed, const GemmF32Args& args,
             ThreadPool& pool, const GemmF32& g) {
  const size_t m = args.m, n = args.n, k = args.k;
  if (m == 0 || n == 0) return;
  const bool fused = args.fused && g.fused_tile;
  const auto tile_of = fused ? g.fused_tile : g.tile;
  const auto narrow_tile_of = fused ? g.fused_narrow_tile : g.narrow_tile;
  // Rows are shared out evenly, so that no tile is left with one or two.
  const size_t tiles = divide_up(m, std::min(most_rows, g.rows));
  const size_t panels = divide_up(n, g.width), panel_floats = (k + 1) * g.width;
  size_t block = std::max<size_t>(kBlockBytes / (panel_floats * sizeof(float)), 1);
  if (tiles < size_t(pool.threads()) * 4) {
    const size_t wanted = divide_up(size_t(pool.threads()) * 4, tiles);
    block = std::min(block, divide_up(panels, wanted));
  }
  const size_t blocks = divide_up(panels, block);
  const size_t work = divide_up(m, tiles) * std::min(block, panels) * panel_floats;
  const size_t grain = divide_up(kGrainWork, work);

  pool.parallel_for(blocks * tiles, grain, [&](size_t begin, size_t end) {
    const float* pointers[kMostPointers];
    for (size_t i = begin; i < end; ++i) {
      const size_t tile = i % tiles, panel0 = i / tiles * block;
      const size_t first = tile * m / tiles, count = (tile + 1) * m / tiles - first;
      const TapLayout layout = rows(first, count, pointers);
      GemmF32Tile t{.rows = count, .taps = layout.taps, .k = layout.k, .a = pointers};
      t.c_stride = args.c_stride;
      t.lo = args.lo;
      t.hi = args.hi;
      for (size_t p = panel0; p < std::min(panel0 + block, panels); ++p) {
        t.cols = std::min(n - p * g.width, g.width);
        t.panel = packed + p * panel_floats;
        t.c = args.c + first * args.c_stride + p * g.width;
        (t.cols <= g.narrow ? narrow_tile_of : tile_of)(t);
      }
    }
  });
}

size_t packed_floats(size_t n, size_t k, const GemmF32& g) {
  const size_t full = n / g.width, rest = n % g.width;
  const size_t last = rest == 0 ? 0 : rest <= g.narrow ? g.narrow : g.width;
  return (full * g.width + last) * (k + 1);
}

/// A filter with more taps than row pointers fit is summed plainly, from the packed weights.
void conv_plain(const ConvGeometry& geometry, const float* input, const float* packed,
                float* output, int32_t group, float lo, float hi, bool fused, ThreadPool& pool,
                const GemmF32& g) {
  const size_t n = size_t(geometry.group_out_c()), k = size_t(geometry.k());
  const size_t in_c = size_t(geometry.group_in_c());
  pool.parallel_for(size_t(geometry.out_pixels()), 1, [&](size_t begin, size_t end) {
    for (size_t o = begin; o < end; ++o) {
      const int64_t b = int64_t(o) / (int64_t{geometry.y.out} * geometry.x.out);
      const int64_t y0 = geometry.y.begin(int64_t(o) / geometry.x.out % geometry.y.out);
      const int64_t x0 = geometry.x.begin(int64_t(o) % geometry.x.out);
      float* out = output + o * size_t(geometry.out_c) + size_t(group) * n;
      for (size_t col = 0; col < n; ++col) {
        const size_t panel = col / g.width, left = n - panel * g.width;
        const size_t width = left <= g.narrow ? g.narrow : g.width;
        const float* w = packed + panel * g.width * (k + 1) + (col - panel * g.width);
        float sum = fused ? *w : 0;
        for (size_t tap = 0; tap < size_t(geometry.taps()); ++tap) {
          const int64_t y = y0 + int64_t(tap) / geometry.x.filter * geometry.y.dilation;
          const int64_t x = x0 + int64_t(tap) % geometry.x.filter * geometry.x.dilation;
          if (y < 0 || y >= geometry.y.in || x < 0 || x >= geometry.x.in) continue;
          const size_t pixel = size_t((b * geometry.y.in + y) * geometry.x.in + x);
          const float* in = input + pixel * size_t(geometry.in_c) + size_t(group) * in_c;
          for (size_t i = 0; i < in_c; ++i) {
            const float by = w[(1 + tap * in_c + i) * width];
            sum = fused ? std::fma(in[i], by, sum) : sum + in[i] * by;
          }
        }
        out[col] = std::min(std::max(fused ? sum : sum + *w, lo), hi);
      }
    }
  });
}

}  // namespace

std::span<const Variant<GemmF32>> gemm_f32_variants() { return kVariants; }
const Variant<GemmF32>& gemm_f32_variant(uint32_t isa) { return pick(gemm_f32_variants(), isa); }

std::optional<int64_t> gemm_f32_packed_floats(int64_t n, int64_t k, const GemmF32& g) {
  const auto columns = checked_add<int64_t>(n, int64_t(g.width));
  const auto depth = checked_add<int64_t>(k, 1);
  if (!columns || !depth) return std::nullopt;
  const auto most = checked_mul<int64_t>(*columns, *depth);
  if (!most || !narrow<ptrdiff_t>(*most) || *most > PTRDIFF_MAX / int64_t{sizeof(float)})
    return std::nullopt;
  return int64_t(packed_floats(size_t(n), size_t(k), g));
}

void gemm_f32_pack(const float* w, size_t n_stride, size_t k_stride, const float* bias, size_t n,
                   size_t k, float* packed, const GemmF32& g) {
  for_panels(n, g, [&](size_t col, size_t cols, size_t width) {
    for (size_t j = 0; j < width; ++j) packed[j] = j < cols && bias ? bias[col + j] : 0.0f;
    packed += width;
    // A line of the cache from each column at a time: columns may be a power of two apart.
    constexpr size_t kLine = 16;
    for (size_t i0 = 0; i0 < k; i0 += kLine) {
      const size_t count = std::min(k - i0, kLine);
      float* const to = packed + i0 * width;
      for (size_t j = 0; j < cols; ++j) {
        const float* from = w + (col + j) * n_stride + i0 * k_stride;
        for (size_t i = 0; i < count; ++i) to[i * width + j] = from[i * k_stride];
      }
      for (size_t i = 0; i < count && cols < width; ++i)
        std::fill_n(to + i * width + cols, width - cols, 0.0f);
    }
    packed += k * width;
  });
}

void gemm_f32(const GemmF32Args& args, const float* packed, ThreadPool& pool, const GemmF32& g) {
  const auto rows = [&](size_t first, size_t count, const float** out) {
    for (size_t r = 0; r < count; ++r) out[r] = args.a + (first + r) * args.a_stride;
    return TapLayout{1, args.k};
  };
  product(g.rows, rows, packed, args, pool, g);
}

std::optional<int64_t> conv_f32_packed_floats(const ConvGeometry& geometry, const GemmF32& g) {
  const auto k = checked_mul<int64_t>(geometry.taps(), geometry.group_in_c());
  const auto zeros = checked_mul<int64_t>(geometry.x.filter, geometry.in_c);
  if (!k || !zeros) return std::nullopt;
  const auto group = gemm_f32_packed_floats(geometry.group_out_c(), *k, g);
  if (!group) return std::nullopt;
  const auto groups = checked_mul<int64_t>(*group, geometry.groups);
  return groups ? checked_add<int64_t>(*groups, *zeros) : std::nullopt;
}

void conv_f32_pack(const ConvGeometry& geometry, const float* filter, const float* bias,
                   float* packed, const GemmF32& g) {
  const size_t n = size_t(geometry.group_out_c()), k = size_t(geometry.k());
  for (size_t group = 0; group < size_t(geometry.groups); ++group) {
    gemm_f32_pack(filter + group * n * k, k, 1, bias ? bias + group * n : nullptr, n, k, packed, g);
    packed += packed_floats(n, k, g);
  }
  std::fill_n(packed, size_t(geometry.x.filter) * size_t(geometry.in_c), 0.0f);
}

void conv_f32(const ConvGeometry& geometry, const float* input, const float* packed, float* output,
              float lo, float hi, bool fused, ThreadPool& pool, const GemmF32& g) {
  const size_t n = size_t(geometry.group_out_c()), k = size_t(geometry.k());
  const size_t m = size_t(geometry.out_pixels()), group_floats = packed_floats(n, k, g);
  if (geometry.pointwise() && geometry.groups == 1) {
    gemm_f32({m, n, k, input, k, output, n, lo, hi, fused}, packed, pool, g);
    return;
  }
  const float* zeros = packed + size_t(geometry.groups) * group_floats;
  const size_t most_rows = kMostPointers / size_t(geometry.taps());
  for (int32_t group = 0; group < geometry.groups; ++group, packed += group_floats) {
    if (most_rows == 0) {
      conv_plain(geometry, input, packed, output, group, lo, hi, fused && g.fused_tile, pool, g);
      continue;
    }
    const ConvPointers<float> pointers(geometry, input, zeros, group);
    const auto rows = [&](size_t first, size_t count, const float** out) {
      return pointers.fill(int64_t(first), count, out);
    };
    product(
        most_rows, rows, packed,
        {m, n, k, nullptr, 0, output + size_t(group) * n, size_t(geometry.out_c), lo, hi, fused},
        pool, g);
  }
}

}  // namespace samara::kernels
