// kernels_bench [FILTER]: GFLOP/s of the float kernels by variant and shape, one thread.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <vector>

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

void bench_conv(const char* filter, ThreadPool& pool) {
  for (const auto& variant : gemm_f32_variants()) {
    if (!variant.runs_on(cpu_isa()) || !std::strstr(variant.name.data(), filter)) continue;
    const GemmF32& g = *variant.kernels;
    for (const Shape& s : kConvs) {
      ConvGeometry c{.y = {.in = s.in, .filter = s.filter, .stride = s.stride},
                     .x = {.in = s.in, .filter = s.filter, .stride = s.stride}};
      c.in_c = s.in_c;
      c.out_c = s.out_c;
      if (!c.resolve(Padding::same).ok()) return;
      const auto input = values(size_t(s.in) * size_t(s.in) * size_t(s.in_c));
      const auto weights = values(size_t(s.out_c) * size_t(c.k()));
      std::vector<float> packed(size_t(*conv_f32_packed_floats(c, g)));
      std::vector<float> output(size_t(c.out_pixels()) * size_t(s.out_c));
      conv_f32_pack(c, weights.data(), nullptr, packed.data(), g);
      const double t =
          seconds([&] { conv_f32(c, input.data(), packed.data(), output.data(), 0, 6, pool, g); });
      const double flops = 2.0 * double(c.out_pixels()) * double(c.k()) * s.out_c;
      std::printf("%-22s conv %3d x %3d x %3d -> %4d, %dx%d/%d %9.1f us %7.1f GFLOP/s\n",
                  variant.name.data(), s.in, s.in, s.in_c, s.out_c, s.filter, s.filter, s.stride,
                  t * 1e6, flops / t * 1e-9);
    }
  }
}

}  // namespace
}  // namespace samara::kernels

int main(int argc, char** argv) {
  const auto pool = samara::ThreadPool::create({.threads = 1});
  if (!pool.ok()) return 1;
  samara::kernels::bench_conv(argc > 1 ? argv[1] : "", **pool);
}
