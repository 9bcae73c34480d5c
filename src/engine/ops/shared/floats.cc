#include "engine/ops/shared/floats.h"

#include <bit>
#include <cstring>
#include <new>

#include "engine/kernels/half/half.h"
#include "engine/ops/shared/parallel.h"

namespace samara::ops {
namespace {

template <class To, class From>
void convert(const void* from, int64_t count, void* to) {
  const auto* in = static_cast<const From*>(from);
  auto* out = static_cast<To*>(to);
  for (int64_t i = 0; i < count; ++i) out[i] = To(float(in[i]));
}

/// Without a branch and sixteen at a time, which compilers make vectors of. The numbers: half.h.
void halves_to_floats(const std::byte* from, int64_t count, float* to) {
  constexpr int64_t kBlock = 16;
  int64_t done = 0;
  for (; done + kBlock <= count; done += kBlock) {
    uint16_t halves[kBlock];
    uint32_t bits[kBlock];
    std::memcpy(halves, from + done * 2, sizeof halves);
    for (int i = 0; i < kBlock; ++i) {
      const uint32_t sign = uint32_t(halves[i] & 0x8000) << 16;
      const uint32_t magnitude = halves[i] & 0x7fff;
      const uint32_t beyond = magnitude >= 0x7c00 ? 0x7f800000 : 0;  // infinities and NaN
      const float scaled = std::bit_cast<float>(magnitude << 13) * 0x1p112f;
      bits[i] = sign | beyond | std::bit_cast<uint32_t>(scaled);
    }
    std::memcpy(to + done, bits, sizeof bits);
  }
  convert<float, kernels::Half>(from + done * 2, count - done, to + done);
}

}  // namespace

void to_floats(Type type, const std::byte* from, int64_t count, float* to) {
  if (type == Type::f16) {
    halves_to_floats(from, count, to);
  } else {
    convert<float, kernels::BFloat16>(from, count, to);
  }
}

void from_floats(Type type, const float* from, int64_t count, std::byte* to) {
  if (type == Type::f16) {
    convert<kernels::Half, float>(from, count, to);
  } else {
    convert<kernels::BFloat16, float>(from, count, to);
  }
}

Result<ConstantFloats> ConstantFloats::of(const Tensor& t) {
  ConstantFloats c;
  if (t.type == Type::f32) {
    c.data_ = reinterpret_cast<const float*>(t.data);
    return c;
  }
  const int64_t count = t.shape.elements();
  c.own_.reset(new (std::nothrow) float[size_t(count)]);
  if (!c.own_)
    return Error(Code::resource_exhausted, cat("no memory for '", t.name, "' as floats"));
  to_floats(t.type, t.data, count, c.own_.get());
  c.data_ = c.own_.get();
  return c;
}

Status infer_floats(Infer& n, const Tensor& t, int slot) {
  if (!is_half(t.type)) return ok();
  const auto bytes = checked_mul<int64_t>(t.shape.elements(), sizeof(float));
  if (!bytes) return Error(Code::resource_exhausted, cat("'", t.name, "' is too large"));
  return n.scratch(slot, *bytes);
}

const float* floats_of(Run& n, const Tensor& t, int slot) {
  if (!is_half(t.type)) return reinterpret_cast<const float*>(t.data);
  auto* to = reinterpret_cast<float*>(n.scratch(slot).data());
  for_elements(n.pool(), t.shape.elements(), [&](int64_t begin, int64_t end) {
    to_floats(t.type, t.data + begin * 2, end - begin, to + begin);
  });
  return to;
}

float* float_output(Run& n, int slot) {
  if (!is_half(n.out(0).type)) return n.out_data<float>(0);
  return reinterpret_cast<float*>(n.scratch(slot).data());
}

void store_floats(Run& n, int slot) {
  const Tensor& out = n.out(0);
  if (!is_half(out.type)) return;
  const auto* from = reinterpret_cast<const float*>(n.scratch(slot).data());
  for_elements(n.pool(), out.shape.elements(), [&](int64_t begin, int64_t end) {
    from_floats(out.type, from + begin, end - begin, out.data + begin * 2);
  });
}

namespace {

bool constant_layer(const Operands& n) {
  return n.in(1).constant && (!n.has(2) || n.in(2).constant);
}

}  // namespace

Status PackedFloats::infer(Infer& n, std::optional<int64_t> floats) {
  const auto bytes = floats ? checked_mul<int64_t>(*floats, sizeof(float)) : std::nullopt;
  if (!bytes) return Error(Code::resource_exhausted, "weights are too large to pack");
  TRY(infer_floats(n, n.in(0), kFloatIn));
  TRY(infer_floats(n, n.out(0), kFloatOut));
  if (constant_layer(n)) return ok();
  TRY(infer_floats(n, n.in(1), kFloatWeights));
  if (n.has(2)) TRY(infer_floats(n, n.in(2), kFloatBias));
  return n.scratch(0, *bytes);
}

Status PackedFloats::prepare(Prepare& n, int64_t floats, Pack pack) {
  constant_ = nullptr;
  if (!constant_layer(n)) return ok();
  const auto fill = [&](std::byte* memory) -> Status {
    TRY_SET(const ConstantFloats weights, ConstantFloats::of(n.in(1)));
    ConstantFloats bias;
    if (n.has(2)) {
      TRY_SET(bias, ConstantFloats::of(n.in(2)));
    }
    pack(weights.data(), bias.data(), reinterpret_cast<float*>(memory));
    return ok();
  };
  TRY_SET(const std::byte* const packed, n.packed("weights", floats * 4, fill));
  constant_ = reinterpret_cast<const float*>(packed);
  return ok();
}

const float* PackedFloats::get(Run& n, Pack pack) const {
  if (constant_) return constant_;
  auto* memory = reinterpret_cast<float*>(n.scratch(0).data());
  pack(floats_of(n, n.in(1), kFloatWeights), n.has(2) ? floats_of(n, n.in(2), kFloatBias) : nullptr,
       memory);
  return memory;
}

}  // namespace samara::ops
