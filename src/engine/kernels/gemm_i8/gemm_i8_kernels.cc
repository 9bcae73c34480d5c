#include "engine/kernels/gemm_i8/gemm_i8_kernels.h"

#include <algorithm>
#include <cstring>

#include "base/checked.h"

namespace samara::kernels {
namespace {

// The oracle: sums in unsigned arithmetic, which wraps as the vector variants do.
void run_scalar(const GemmI8Call& c) {
  constexpr int kPanel = 8;
  for (int i = 0; i < c.rows; ++i) {
    const auto* a =
        reinterpret_cast<const int16_t*>(static_cast<const char*>(c.a) + i * c.a_stride);
    for (int p = 0; p < c.panels; ++p) {
      const int8_t* b = c.b + p * c.b_stride;
      uint32_t sum[kPanel];
      for (int j = 0; j < kPanel; ++j)
        sum[j] = uint32_t(c.init[i * c.init_stride + p * kPanel + j]);
      for (int k = 0; k < c.k; ++k, b += kPanel)
        for (int j = 0; j < kPanel; ++j) sum[j] += uint32_t(int32_t{a[k]} * b[j]);
      for (int j = 0; j < kPanel; ++j) c.c[i * c.c_stride + p * kPanel + j] = int32_t(sum[j]);
    }
  }
}
void left_scalar(void* to, const uint8_t* from, size_t n, uint8_t flip) {
  auto* out = static_cast<int16_t*>(to);
  for (size_t i = 0; i < n; ++i) out[i] = int8_t(from[i] ^ flip);
}

int32_t sum_scalar(const void* a, int k) {
  const auto* values = static_cast<const int16_t*>(a);
  int32_t sum = 0;
  for (int i = 0; i < k; ++i) sum += values[i];
  return sum;
}

constexpr Variant<GemmI8> kVariants[] = {
#define SAMARA_VARIANT(object, isa) {#object, isa, &object},
#include "engine/kernels/gemm_i8/variants.inc"
#undef SAMARA_VARIANT
};

}  // namespace

extern constinit const GemmI8 gemm_i8_scalar{LeftForm::s16, 4,           8,         1, 1,
                                             run_scalar,    left_scalar, sum_scalar};

std::span<const Variant<GemmI8>> gemm_i8_variants() { return kVariants; }
const Variant<GemmI8>& gemm_i8(uint32_t isa) { return pick(gemm_i8_variants(), isa); }
const Variant<GemmI8>& gemm_i16(uint32_t isa) {
  return pick(gemm_i8_variants(), [isa](const Variant<GemmI8>& v) {
    return v.runs_on(isa) && v.kernels->form == LeftForm::s16;
  });
}

int8_t weight_at(WeightForm form, const void* weights, int64_t i) {
  const auto* bytes = static_cast<const uint8_t*>(weights);
  switch (form) {
    case WeightForm::s8:
      return int8_t(bytes[i]);
    case WeightForm::u8:
      return int8_t(bytes[i] ^ 0x80);
    case WeightForm::s4:
      return int8_t(int8_t(bytes[i / 2] << (i % 2 ? 0 : 4)) >> 4);
    case WeightForm::s2:
      return int8_t(int8_t(bytes[i / 4] << (6 - i % 4 * 2)) >> 6);
  }
  return 0;
}

PackedI8 packed_i8_layout(const GemmI8& kernel, int groups, int n, int64_t k) {
  PackedI8 l{.groups = groups, .n = n, .k = k};
  const int64_t columns = (int64_t{n} + kernel.panel - 1) / kernel.panel * kernel.panel;
  const auto padded_k = checked_add<int64_t>(k, kernel.k_step - 1);
  const auto all = checked_mul<int64_t>(columns, groups);
  if (padded_k) l.padded_k = *padded_k / kernel.k_step * kernel.k_step;
  const auto weights = all ? checked_mul<int64_t>(*all, l.padded_k) : std::nullopt;
  l.bytes = -1;
  // A panel's sums and start values may not overflow either; 2^56 is beyond any memory.
  if (!padded_k || !weights || *weights > int64_t{1} << 56 || *all > int64_t{1} << 31) return l;
  const auto align = [](int64_t x) { return (x + 63) / 64 * 64; };
  l.columns = int(columns);
  l.init = align(*weights);
  l.sums = l.init + align(*all * 4);
  l.bytes = l.sums + align(*all * 4);
  return l;
}

/// Writes a column's weights at(0), at(1) ... to its place in a panel; their sum.
template <class At>
static uint32_t pack_column(const GemmI8& kernel, int64_t k, At at, int8_t* to) {
  const int64_t kr = kernel.kr;
  uint32_t sum = 0;
  for (int64_t done = 0; done < k; done += kr, to += kr * kernel.panel) {
    const int64_t count = std::min(kr, k - done);
    for (int64_t i = 0; i < count; ++i) {
      to[i] = at(done + i);
      sum += uint32_t(int32_t{to[i]});
    }
  }
  return sum;
}

void pack_i8(const GemmI8& kernel, const PackedI8& l, const PackI8& what, void* memory) {
  auto* base = static_cast<std::byte*>(memory);
  if (l.columns != l.n || l.padded_k != l.k) std::memset(base, 0, size_t(l.bytes));
  auto* weights = reinterpret_cast<int8_t*>(base + l.weights);
  auto* init = reinterpret_cast<int32_t*>(base + l.init);
  auto* sums = reinterpret_cast<int32_t*>(base + l.sums);
  const uint32_t both = uint32_t(l.k) * uint32_t(what.left_zero) * uint32_t(what.weight_zero);
  for (int g = 0; g < l.groups; ++g) {
    for (int j = 0; j < l.n; ++j) {
      const int64_t row = int64_t{g} * l.n + j;
      const int64_t column = int64_t{g} * l.columns + j;
      int8_t* panel = weights + column / kernel.panel * kernel.panel * l.padded_k +
                      column % kernel.panel * kernel.kr;
      const int64_t first = row * what.row_step;
      const auto* bytes = static_cast<const int8_t*>(what.weights);
      const auto plain = [&](int64_t k) { return bytes[first + k]; };
      const auto any = [&](int64_t k) {
        return weight_at(what.form, what.weights, first + k * what.k_step);
      };
      const bool is_plain = what.form == WeightForm::s8 && what.k_step == 1;
      const uint32_t sum =
          is_plain ? pack_column(kernel, l.k, plain, panel) : pack_column(kernel, l.k, any, panel);
      sums[column] = int32_t(sum);
      init[column] = int32_t((what.bias ? uint32_t(what.bias[row]) : 0) -
                             uint32_t(what.left_zero) * sum + both);
    }
  }
}

}  // namespace samara::kernels
