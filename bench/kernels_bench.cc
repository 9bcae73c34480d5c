// kernels_bench [TEXT]: GFLOP/s of the float kernels by variant (those whose name has TEXT in it)
// and shape, on one thread.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "engine/kernels/dwconv_f32/dwconv_f32_kernels.h"
#include "engine/kernels/gemm_f32/gemm_f32_kernels.h"

namespace samara::kernels {
namespace {

std::vector<float> values(size_t n) {
  std::vector<float> v(n);
  for (size_t i = 0; i < n; ++i) v[i] = float(i * 37 % 101) / 101 - 0.5f;
  return v;
}

/// Best seconds a call, of rounds that last about a quarter of a second in all.
template <class Function>
double seconds(Function f) {
  using Clock = std::chrono::steady_clock;
  double best = 1e9, total = 0;
  f();
  while (total < 0.25) {
    const auto start = Clock::now();
    f();
    const double s = std::chrono::duration<double>(Clock::now() - start).count();
    best = std::min(best, s);
    total += std::max(s, 1e-7);
  }
  return best;
}

struct Shape {
  int in, in_c, out_c, filter, stride;
};
// Layers of MobileNetV2 at 224 x 224.
constexpr Shape kConvs[] = {{224, 3, 32, 3, 2},  {112, 32, 16, 1, 1},  {112, 16, 96, 1, 1},
                            {56, 96, 24, 1, 1},  {56, 24, 144, 1, 1},  {28, 192, 32, 1, 1},
                            {14, 64, 384, 1, 1}, {14, 384, 96, 1, 1},  {7, 960, 160, 1, 1},
                            {7, 160, 960, 1, 1}, {7, 320, 1280, 1, 1}, {28, 64, 64, 3, 1}};

constexpr Shape kDepthwise[] = {{112, 32, 32, 3, 1},  {112, 96, 96, 3, 2},  {56, 144, 144, 3, 1},
                                {28, 192, 192, 3, 1}, {14, 512, 512, 3, 1}, {14, 576, 576, 3, 2},
                                {7, 960, 960, 3, 1},  {28, 120, 120, 5, 1}, {14, 672, 672, 5, 2}};

ConvGeometry geometry(const Shape& s) {
  ConvGeometry g{.y = {.in = s.in, .filter = s.filter, .stride = s.stride},
                 .x = {.in = s.in, .filter = s.filter, .stride = s.stride}};
  g.in_c = s.in_c;
  g.out_c = s.out_c;
  if (!g.resolve(Padding::same).ok()) std::abort();
  return g;
}

bool wanted(std::string_view name, uint32_t needs, const char* filter) {
  return (needs & ~cpu_isa()) == 0 && name.find(filter) != std::string_view::npos;
}

void report(std::string_view name, const Shape& s, double flops, double t) {
  std::printf("%-22s %3d x %3d x %3d -> %4d, %dx%d/%d %9.1f us %7.1f GFLOP/s\n", name.data(), s.in,
              s.in, s.in_c, s.out_c, s.filter, s.filter, s.stride, t * 1e6, flops / t * 1e-9);
}

void bench_conv(const char* filter, ThreadPool& pool) {
  for (const auto& variant : gemm_f32_variants()) {
    if (!wanted(variant.name, variant.needs, filter)) continue;
    const GemmF32& k = *variant.kernels;
    for (const Shape& s : kConvs) {
      const ConvGeometry g = geometry(s);
      const auto input = values(size_t(s.in) * size_t(s.in) * size_t(s.in_c));
      const auto weights = values(size_t(s.out_c) * size_t(g.k()));
      std::vector<float> packed(size_t(*conv_f32_packed_floats(g, k)));
      std::vector<float> output(size_t(g.out_pixels()) * size_t(s.out_c));
      conv_f32_pack(g, weights.data(), nullptr, packed.data(), k);
      const double t = seconds(
          [&] { conv_f32(g, input.data(), packed.data(), output.data(), 0, 6, true, pool, k); });
      report(variant.name, s, 2.0 * double(g.out_pixels()) * double(g.k()) * s.out_c, t);
    }
  }
}

void bench_depthwise(const char* filter, ThreadPool& pool) {
  for (const auto& variant : dwconv_f32_variants()) {
    if (!wanted(variant.name, variant.needs, filter)) continue;
    for (const Shape& s : kDepthwise) {
      const ConvGeometry g = geometry(s);
      const auto input = values(size_t(s.in) * size_t(s.in) * size_t(s.in_c));
      const auto weights = values(size_t(s.out_c) * size_t(g.taps()));
      std::vector<float> output(size_t(g.out_pixels()) * size_t(s.out_c));
      const double t = seconds([&] {
        dwconv_f32(g, input.data(), weights.data(), nullptr, output.data(), 0, 6, true, pool,
                   *variant.kernels);
      });
      report(variant.name, s, 2.0 * double(g.out_pixels()) * double(g.taps()) * s.out_c, t);
    }
  }
}

}  // namespace
}  // namespace samara::kernels

int main(int argc, char** argv) {
  const auto pool = samara::ThreadPool::create({.threads = 1});
  if (!pool.ok()) return 1;
  const char* filter = argc > 1 ? argv[1] : "";
  samara::kernels::bench_conv(filter, **pool);
  samara::kernels::bench_depthwise(filter, **pool);
}
