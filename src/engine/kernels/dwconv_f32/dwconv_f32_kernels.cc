#include "engine/kernels/dwconv_f32/dwconv_f32_kernels.h"

#include <algorithm>

namespace samara::kernels {
namespace {

constexpr Variant<DwconvF32> kVariants[] = {
#define SAMARA_VARIANT(object, isa) {#object, isa, &object},
#include "engine/kernels/dwconv_f32/variants.inc"
#undef SAMARA_VARIANT
};

/// Multiplications below which a range of rows is not worth another thread.
constexpr size_t kGrainWork = 32 << 10;

/// The filter positions [first, last) that lie within the image for a window beginning at `begin`.
struct Inside {
  int64_t first = 0, last = 0;
};
Inside inside(const WindowAxis& axis, int64_t begin) {
  const int64_t d = axis.dilation;
  const int64_t first = begin < 0 ? (-begin + d - 1) / d : 0;
  const int64_t last = begin >= axis.in ? 0 : (axis.in - begin + d - 1) / d;
  const int64_t end = std::clamp<int64_t>(last, 0, axis.filter);
  return {std::min(first, end), end};
}

/// One output row, as runs of pixels that see the same columns of the filter.
void row(const ConvGeometry& g, DwconvF32Run t, int64_t b, int64_t oy, const float* input,
         const float* filter, float* output, void (*run)(const DwconvF32Run&)) {
  const size_t in_c = size_t(g.in_c), out_c = t.channels;
  const Inside ky = inside(g.y, g.y.begin(oy));
  const int64_t y = g.y.begin(oy) + ky.first * g.y.dilation;
  t.rows = size_t(ky.last - ky.first);
  const float* in = input + (t.rows ? size_t(b * g.y.in + y) * size_t(g.x.in) * in_c : 0);
  // Where the filter begins to reach over the right edge.
  const int64_t reach = g.x.in - (g.x.filter - 1) * int64_t{g.x.dilation} - g.x.begin(0);
  const int64_t inner_end =
      reach > 0 ? std::min<int64_t>((reach + g.x.stride - 1) / g.x.stride, g.x.out) : 0;
  for (int64_t ox = 0; ox < g.x.out;) {
    const Inside kx = inside(g.x, g.x.begin(ox));
    int64_t end = ox + 1;
    if (kx.first == 0 && kx.last == g.x.filter) end = std::max(end, inner_end);
    for (; end < g.x.out && end != inner_end; ++end) {
      const Inside next = inside(g.x, g.x.begin(end));
      if (next.first != kx.first || next.last != kx.last) break;
    }
    t.pixels = size_t(end - ox);
    t.cols = size_t(kx.last - kx.first);
    const int64_t x = g.x.begin(ox) + kx.first * g.x.dilation;
    t.x = in + (t.cols ? size_t(x) * in_c : 0);
    t.w = filter + (size_t(ky.first) * size_t(g.x.filter) + size_t(kx.first)) * out_c;
    t.out = output + size_t(ox) * out_c;
    run(t);
    ox = end;
  }
}

}  // namespace

std::span<const Variant<DwconvF32>> dwconv_f32_variants() { return kVariants; }
const Variant<DwconvF32>& dwconv_f32_variant(uint32_t isa) {
  return pick(dwconv_f32_variants(), isa);
}

void dwconv_f32(const ConvGeometry& g, const float* input, const float* filter, const float* bias,
                float* output, float lo, float hi, bool fused, ThreadPool& pool,
                const DwconvF32& kernels) {
  const size_t in_c = size_t(g.in_c), out_c = size_t(g.out_c);
  DwconvF32Run t{.channels = out_c, .multiplier = out_c / in_c};
  t.x_pixel = size_t(g.x.stride) * in_c;
  t.x_row = size_t(g.y.dilation) * size_t(g.x.in) * in_c;
  t.x_col = size_t(g.x.dilation) * in_c;
  t.w_row = size_t(g.x.filter) * out_c;
  t.bias = bias;
  t.lo = lo;
  t.hi = hi;
  const auto run = t.multiplier > 1             ? kernels.run_multiple
                   : fused && kernels.run_fused ? kernels.run_fused
                                                : kernels.run;
  const size_t row_floats = size_t(g.x.out) * out_c;
  const size_t work = row_floats * size_t(g.taps());
  if (work == 0) return;
  const auto rows = [&](size_t begin, size_t end) {
    for (size_t r = begin; r < end; ++r)
      row(g, t, int64_t(r) / g.y.out, int64_t(r) % g.y.out, input, filter, output + r * row_floats,
          run);
  };
  pool.parallel_for(size_t(g.batches) * size_t(g.y.out), kGrainWork / work + 1, rows);
}

}  // namespace samara::kernels
