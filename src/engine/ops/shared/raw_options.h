// Custom options that are a C struct as MediaPipe's and LiteRT's perception operators lay it out:
// 32-bit integers, little-endian, TfLitePadding first.
#pragma once

#include <array>
#include <cstring>

#include "engine/graph/op.h"
#include "engine/kernels/conv_geometry.h"
#include "engine/ops/shared/activation.h"

namespace samara::ops {

/// The first N integers. Errors: invalid_model where there are fewer.
template <size_t N>
Result<std::array<int32_t, N>> raw_options(const OpView& v, const char* what) {
  std::array<int32_t, N> out;
  if (v.custom().size() < sizeof(out))
    return Error(Code::invalid_model, cat("has ", v.custom().size(), " bytes of custom options; ",
                                          what, " has at least ", sizeof(out)));
  std::memcpy(out.data(), v.custom().data(), sizeof(out));
  return out;
}

/// TfLitePadding, whose numbers are one above the schema's.
inline Result<kernels::Padding> raw_padding(int32_t value) {
  if (value == 1) return kernels::Padding::same;
  if (value == 2) return kernels::Padding::valid;
  return Error(Code::invalid_model, cat("padding ", value, " is unknown"));
}

/// TfLitePoolParams.
struct RawPool {
  kernels::Padding padding = kernels::Padding::same;
  int32_t stride_w = 1, stride_h = 1, filter_w = 1, filter_h = 1;
  Activation activation = fb::ActivationFunctionType_NONE;
};
inline Result<RawPool> raw_pool(const OpView& v) {
  TRY_SET(const auto ints, raw_options<6>(v, "TfLitePoolParams"));
  RawPool p{.stride_w = ints[1], .stride_h = ints[2], .filter_w = ints[3], .filter_h = ints[4]};
  TRY_SET(p.padding, raw_padding(ints[0]));
  if (p.stride_w < 1 || p.stride_h < 1 || p.filter_w < 1 || p.filter_h < 1)
    return Error(Code::invalid_model,
                 cat("has a window of ", p.filter_h, " x ", p.filter_w, " and strides of ",
                     p.stride_h, " x ", p.stride_w, "; all must be at least 1"));
  if (ints[5] < 0 || ints[5] > 127)
    return Error(Code::invalid_model, cat("fused activation ", ints[5], " is unknown"));
  TRY_SET(p.activation, fused_activation(Activation(ints[5])));
  return p;
}

}  // namespace samara::ops
