// Options and inputs that convolutions share: stride, dilation, padding, and the quantization of
// float input for integer weights.
#pragma once

#include "engine/graph/op.h"
#include "engine/kernels/conv_geometry.h"
#include "engine/kernels/gemm_i8/gemm_i8_kernels.h"
#include "engine/kernels/hybrid/hybrid_kernels.h"
#include "engine/ops/shared/activation.h"

namespace samara::ops {

struct WindowParams {
  kernels::Padding padding = kernels::Padding::same;
  int32_t stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1;
  Activation activation = fb::ActivationFunctionType_NONE;

  /// The geometry over an NHWC input whose channels are one group; out_c is left to the caller.
  Result<kernels::ConvGeometry> geometry(const Shape& in, int32_t filter_h, int32_t filter_w) const;
};

/// From Conv2DOptions or DepthwiseConv2DOptions.
template <class Options>
Result<WindowParams> window_params(const Options& o) {
  WindowParams p{.stride_h = o.stride_h(),
                 .stride_w = o.stride_w(),
                 .dilation_h = o.dilation_h_factor(),
                 .dilation_w = o.dilation_w_factor()};
  if (o.padding() != fb::Padding_SAME && o.padding() != fb::Padding_VALID)
    return Error(Code::invalid_model, cat("padding ", int(o.padding()), " is unknown"));
  p.padding = kernels::Padding(o.padding());
  TRY_SET(p.activation, fused_activation(o.fused_activation_function()));
  return p;
}

/// The matrix kernel for the type of the node's input `input`.
const kernels::GemmI8& matrix_kernel(const Operands& n, int input = 0);

/// 16-bit tensors have zero point 0. Errors: invalid_model
Status check_zero_points(const Infer& n, int input = 0);

/// Scratch for an input quantized in `rows` equal parts: slots 1 and 2.
Status infer_row_quant(Infer& n, int64_t rows, int input = 0);
struct RowQuants {
  const int8_t* values = nullptr;
  const kernels::RowQuant* quants = nullptr;
  const int32_t* zeros = nullptr;
};
enum class RowRule : uint8_t { symmetric, asymmetric, even };
RowQuants quantize_rows(Run& n, int64_t rows, RowRule rule, int input = 0);

}  // namespace samara::ops
