#include "engine/kernels/gemv_f32/gemv_f32_kernels.h"

namespace samara::kernels {
namespace {

constexpr Variant<GemvF32> kVariants[] = {
#define SAMARA_VARIANT(object, isa) {#object, isa, &object},
#include "engine/kernels/gemv_f32/variants.inc"
#undef SAMARA_VARIANT
};

/// Multiplications below which a range of columns is not worth another thread.
constexpr size_t kGrainWork = 32 << 10;

}  // namespace

std::span<const Variant<GemvF32>> gemv_f32_variants() { return kVariants; }
const Variant<GemvF32>& gemv_f32_variant(uint32_t isa) { return pick(gemv_f32_variants(), isa); }

void gemv_f32(const GemvF32Args& args, ThreadPool& pool, const GemvF32& kernels) {
  const size_t work = args.rows * (args.k + 1);
  if (work == 0) return;
  const size_t grain = (kGrainWork / work + 8) & ~size_t{7};  // whole blocks of columns
  pool.parallel_for(args.cols, grain, [&](size_t begin, size_t end) {
    GemvF32Args part = args;
    part.cols = end - begin;
    part.w += begin * args.w_stride;
    part.out += begin;
    if (part.bias) part.bias += begin;
    kernels.run(part);
  });
}

}  // namespace samara::kernels
