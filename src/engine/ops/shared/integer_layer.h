// What CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED share: how weights may be quantized, what a
// bias must be, and how integer sums become the output.
// Rules from: LiteRT tflite/kernels/kernel_util.cc (PopulateConvolutionQuantizationParams,
// GetQuantizedConvolutionMultipler) and the reference kernels of the three operators.
#pragma once

#include <initializer_list>
#include <limits>
#include <span>

#include "engine/graph/op.h"
#include "engine/kernels/gemm_i8/conv_i8.h"
#include "engine/kernels/hybrid/hybrid_kernels.h"
#include "engine/ops/shared/activation.h"

namespace samara::ops {

/// Weights of these types can be unpacked to 8 bits.
bool has_weight_form(Type type);
kernels::WeightForm weight_form(Type type);

/// One finite scale > 0, or one for each of `channels` along dimension `axis`; zero points of
/// signed weights are zero where `symmetric`, and at least fit the type.
Status check_weights(const Tensor& weights, int64_t channels, int axis, bool symmetric);

/// Input `i`, where present: one of the types, `channels` values in all, zero point 0.
Status check_bias(const Infer& n, int i, int64_t channels, std::initializer_list<Type> types);

/// Which of a node's inputs is what, and which of its layers XNNPACK takes.
struct LayerInputs {
  int in = 0, weights = 1, bias = 2;
  enum class Takes : uint8_t {
    constants,  // those whose weights, and bias if there is one, are constant
    with_bias,  // the same, with a bias
    narrow,     // as `constants`, and weights of 4 and 2 bits, too
    none,
    product,  // no bias; two inputs of 8 bits may both be computed
  } takes = Takes::constants;
};

/// Whether input is float and weights are not.
bool is_hybrid(const Operands& n, LayerInputs at = {});

/// What a convolution's types may be.
struct LayerTypes {
  LayerInputs at = {};
  int axis = 0;                                 // of the weights, along which they may have scales
  std::initializer_list<Type> with_float = {};  // weights of float32 input
  std::initializer_list<Type> with_integer = {};  // weights of int8 and int16 input
  std::initializer_list<Type> wide_bias = {};     // bias of int16 input
  bool bias32 = false;                            // quantized_bias_type says INT32
};
/// Types and quantization of a convolution of `channels` outputs.
Status check_layer(const Infer& n, int64_t channels, const LayerTypes& types);

/// LiteRT's condition on per-tensor layers: a bias whose scale is not that of the sums is refused.
Status check_bias_scale(const Infer& n, LayerInputs at = {});

/// How sums become outputs.
enum class Finish : uint8_t {
  twice,         // int8 conv: fixed point, rounded twice; 16-bit sums by the 64-bit rule
  real,          // FULLY_CONNECTED: in double, rounded half away from zero
  once,          // 8-bit layers that XNNPACK takes; prepare() chooses it
  hybrid,        // float
  hybrid_fused,  // float, where hybrid_fused()
};

/// Whether XNNPACK takes a hybrid layer, and the profile is its.
bool hybrid_fused(const Operands& n, Activation activation, LayerInputs at = {});

/// The quantized part of a layer, ready to run. Pointers live as long as the model's packed data.
class IntegerLayer {
 public:
  /// `float_product`: the per-tensor factor is the float product of input and weight scale, as in
  /// uint8 layers; else all is double.
  /// `finish` is the reference's rule; 8-bit layers that XNNPACK takes go by its.
  /// `depth`, the number of products in a sum, permits quicker rounding where it is known.
  Status prepare(Prepare& n, Finish finish, int64_t channels, Activation activation,
                 bool float_product, int64_t depth = int64_t{1} << 32, LayerInputs at = {});
  static constexpr int64_t kAllRows = std::numeric_limits<int64_t>::max();
  /// What depends on the run.
  struct Data {
    void* out = nullptr;
    int64_t channels = 0;             // of the output
    const int32_t* bias32 = nullptr;  // where sums do not have it yet: 16-bit layers
    const int64_t* bias64 = nullptr;
    const float* bias = nullptr;              // hybrid
    const kernels::RowQuant* rows = nullptr;  // hybrid: how the input was quantized
    int64_t rows_each = 1;  // hybrid: output rows of one entry of `rows`; kAllRows: it is the only
    const int32_t* weight_sums = nullptr;  // hybrid: sums were made without the input's zero point
  };
  void finish(const kernels::SumTile& tile, const Data& data) const;
  /// The same as a rule, for kernels that make results themselves; null where that is not all.
  const kernels::ByteResult* bytes(const Data& data, kernels::ByteResult& memory) const;
  const kernels::FloatResult* floats(const Data& data, kernels::FloatResult& memory) const;

  /// Zero point of the weights as packed: unsigned ones are stored - 128.
  int32_t weight_zero = 0;
  /// Added to an input's zero point for weight_sums: what the kernel's form shifts values by.
  int32_t left_shift = 0;
  /// 16-bit layers with 32-bit bias have 32-bit sums.
  bool wrap32 = false;

 private:
  void finish_wide(const kernels::SumTile& tile, const Data& data) const;
  void finish_hybrid(const kernels::SumTile& tile, const Data& data) const;

  Finish finish_ = Finish::twice;
  Type out_type_ = Type::i8;
  bool tanh_ = false;
  bool small_ = false;
  bool usual_factors_ = false;  // 2^-21 to 1, as kernels that make bytes want them
  int32_t zero_ = 0;
  Range<int32_t> range_;
  Range<float> float_range_;
  const int32_t* multiplier_ = nullptr;
  const int32_t* shift_ = nullptr;
  const double* real_ = nullptr;
  const float* scale_ = nullptr;
};

/// How a layer's weights are packed for `kernel`, by rows of `row_step` values. Inputs 0 and 1 are the
/// layer's input and weights; `layer` is prepared.
kernels::PackI8 packing(const Operands& n, const IntegerLayer& layer, const kernels::GemmI8& kernel,
                        int64_t row_step);

/// Packed weights of a matrix product: made once where weights and bias are constant, else per run
/// in scratch slot 0.
class PackedWeights {
 public:
  /// Asks for scratch where it will be needed.
  static Status infer(Infer& n, const kernels::GemmI8& kernel, int groups, int64_t columns,
                      int64_t k);
  Status prepare(Prepare& n, const kernels::GemmI8& kernel, int groups, int columns, int64_t k,
                 const kernels::PackI8& how);
  /// The packed form; packs into scratch where weights are not constant.
  const void* get(Run& n) const;
  const kernels::PackedI8& layout() const { return layout_; }

 private:
  const kernels::GemmI8* kernel_ = nullptr;
  kernels::PackedI8 layout_;
  kernels::PackI8 how_;
  const std::byte* constant_ = nullptr;
};

}  // namespace samara::ops
