// Layers of float16 and bfloat16: operands become floats, the layer computes in floats, and its
// output is rounded once. Operands that are float32 already are used as they are.
#pragma once

#include <memory>
#include <optional>

#include "engine/graph/op.h"

namespace samara::ops {

inline bool is_half(Type type) { return type == Type::f16 || type == Type::bf16; }
inline bool is_float(Type type) { return type == Type::f32 || is_half(type); }

void to_floats(Type type, const std::byte* from, int64_t count, float* to);
void from_floats(Type type, const float* from, int64_t count, std::byte* to);

/// A constant as floats, while it is packed.
class ConstantFloats {
 public:
  /// Errors: resource_exhausted
  static Result<ConstantFloats> of(const Tensor& t);
  const float* data() const { return data_; }

 private:
  std::unique_ptr<float[]> own_;
  const float* data_ = nullptr;
};

/// Scratch slots of operands that are no float32.
enum FloatSlot : int { kFloatIn = 4, kFloatOut, kFloatWeights, kFloatBias };

/// Scratch for an operand that may not be float32.
Status infer_floats(Infer& n, const Tensor& t, int slot);
/// The operand's values, in scratch where they had to be converted.
const float* floats_of(Run& n, const Tensor& t, int slot);
/// Where the output's floats go: to itself, or to scratch.
float* float_output(Run& n, int slot);
/// Whether sums of products round once, as XNNPACK's do, or a product and a sum each.
inline bool fuses_floats(const Run& n) { return n.numerics() == graph::Numerics::xnnpack; }
/// Rounds what float_output() got to the output's type.
void store_floats(Run& n, int slot);

/// Packed weights (input 1) and bias (input 2) of a float layer: made once where both are constant,
/// else per run in scratch slot 0. `pack(weights, bias or null, packed)`.
class PackedFloats {
 public:
  using Pack = FunctionRef<void(const float*, const float*, float*)>;
  /// Asks for all the scratch that the layer's operands need; `floats` is the packed form's size.
  static Status infer(Infer& n, std::optional<int64_t> floats);
  Status prepare(Prepare& n, int64_t floats, Pack pack);
  const float* get(Run& n, Pack pack) const;

 private:
  const float* constant_ = nullptr;
};

}  // namespace samara::ops
