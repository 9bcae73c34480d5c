#include "engine/ops/shared/integer_layer.h"

#include <algorithm>
#include <cmath>

#include "engine/kernels/requant/requant_kernels.h"
#include "engine/ops/shared/floats.h"
#include "engine/ops/shared/rounded_once.h"
#include "engine/ops/shared/window.h"

namespace samara::ops {
namespace {

using kernels::SumTile;

/// The factor from sums to output of each channel.
double factor(const Tensor& in, const Tensor& weights, const Tensor& out, int64_t channel,
              bool float_product) {
  const std::span<const float> scales = weights.quant.scales;
  const float scale = scales[scales.size() > 1 ? size_t(channel) : 0];
  const double out_scale = double(out.quant.scale());
  if (float_product) return double(in.quant.scale() * scale) / out_scale;
  return double(in.quant.scale()) * double(scale) / out_scale;
}

bool constant_layer(const Operands& n, LayerInputs at = {}) {
  return n.in(at.weights).constant && (!n.has(at.bias) || n.in(at.bias).constant);
}

/// The bias that is packed with the weights: 8-bit layers' alone.
const int32_t* packed_bias(const Operands& n) {
  if (n.in(0).type == Type::i16 || !n.has(2) || n.in(2).type != Type::i32) return nullptr;
  return reinterpret_cast<const int32_t*>(n.in(2).data);
}

/// Whether 8-bit sums of `depth` products and their bias surely stay below 2^30.
bool small_sums(const Operands& n, int64_t depth, LayerInputs at) {
  constexpr int64_t kLimit = int64_t{1} << 29;
  if (n.in(at.in).type == Type::i16 || depth > kLimit / (255 * 255)) return false;
  if (!n.has(at.bias)) return true;
  if (!n.in(at.bias).constant || n.in(at.bias).type != Type::i32) return false;
  const std::span<const int32_t> bias = n.values<int32_t>(at.bias);
  return std::all_of(bias.begin(), bias.end(), [](int32_t b) { return b > -kLimit && b < kLimit; });
}

/// The same, each step in float.
float factor_once(const Tensor& in, const Tensor& weights, const Tensor& out, int64_t channel) {
  const std::span<const float> scales = weights.quant.scales;
  return in.quant.scale() * scales[scales.size() > 1 ? size_t(channel) : 0] / out.quant.scale();
}

bool clamps(Activation a) {
  return a != fb::ActivationFunctionType_TANH && a != fb::ActivationFunctionType_SIGN_BIT;
}

/// Whether what XNNPACK wants to know when the model is loaded is known then.
bool takes_constants(const Operands& n, LayerInputs at) {
  return constant_layer(n, at) && (at.takes != LayerInputs::Takes::with_bias || n.has(at.bias));
}

/// Whether XNNPACK takes dense weights of this type at all.
bool takes_weights(const Tensor& weights, LayerInputs at) {
  if (weights.sparse || at.takes == LayerInputs::Takes::none) return false;
  const auto whole = [&](int32_t values) {
    return at.takes == LayerInputs::Takes::narrow && weights.shape.back() % values == 0;
  };
  switch (weights.type) {
    case Type::u8:
      return true;
    case Type::i8:
      return weights.quant.zero_point() == 0;
    case Type::i4:
      return whole(2);
    case Type::i2:
      return whole(4) && int64_t(weights.quant.scales.size()) == weights.shape[0];
    default:
      return false;
  }
}

/// Whether XNNPACK takes the layer: weights of 8 bits or less, 8 bits in and out, no factor of 256
/// or more, and an activation that is a clamp.
bool finishes_once(const Operands& n, int64_t channels, Activation activation, LayerInputs at) {
  const Tensor& in = n.in(at.in);
  const Tensor& weights = n.in(at.weights);
  const Type type = in.type;
  const bool bytes =
      type == Type::u8 ? weights.type == Type::u8 : type == Type::i8 && weights.type != Type::u8;
  if (!rounds_once(n) || !bytes || n.out(0).type != type || !takes_weights(weights, at) ||
      !clamps(activation))
    return false;
  if (at.takes != LayerInputs::Takes::product && !takes_constants(n, at)) return false;
  for (int64_t c = 0; c < channels; ++c)
    if (!(factor_once(in, weights, n.out(0), c) < 256.0f)) return false;
  return true;
}

}  // namespace

bool is_hybrid(const Operands& n, LayerInputs at) {
  return is_float(n.in(at.in).type) && !is_float(n.in(at.weights).type);
}

bool hybrid_fused(const Operands& n, Activation activation, LayerInputs at) {
  const Tensor& weights = n.in(at.weights);
  return rounds_once(n) && weights.type != Type::u8 && takes_weights(weights, at) &&
         takes_constants(n, at) && clamps(activation);
}

bool has_weight_form(Type type) {
  return type == Type::i8 || type == Type::u8 || type == Type::i4 || type == Type::i2;
}
kernels::WeightForm weight_form(Type type) {
  switch (type) {
    case Type::u8:
      return kernels::WeightForm::u8;
    case Type::i4:
      return kernels::WeightForm::s4;
    case Type::i2:
      return kernels::WeightForm::s2;
    default:
      return kernels::WeightForm::s8;
  }
}

Status check_weights(const Tensor& weights, int64_t channels, int axis, bool symmetric) {
  const Quantization& q = weights.quant;
  const auto wrong = [&](auto... parts) {
    return Error(Code::invalid_model, cat("weights '", weights.name, "' ", parts...));
  };
  if (q.empty()) return wrong("are not quantized");
  if (q.scales.size() > 1) {
    if (int64_t(q.scales.size()) != channels)
      return wrong("have ", q.scales.size(), " scales for ", channels, " channels");
    if (q.axis != axis) {
      return wrong("are quantized along dimension ", q.axis, ", not ", axis);
    }
  }
  for (const float s : q.scales)
    if (!(s > 0) || !std::isfinite(s)) return wrong("have scale ", s);
  const int32_t low = weights.type == Type::u8 ? 0 : weights.type == Type::i16 ? -32768 : -128;
  const int32_t high = weights.type == Type::u8 ? 255 : weights.type == Type::i16 ? 32767 : 127;
  for (const int32_t z : q.zero_points) {
    if (symmetric ? z != 0 : z < low || z > high) return wrong("have zero point ", z);
  }
  return ok();
}

Status check_bias(const Infer& n, int i, int64_t channels, std::initializer_list<Type> types) {
  if (!n.has(i)) return ok();
  const Tensor& bias = n.in(i);
  TRY(n.has_type(bias, types));
  if (bias.shape.elements() != channels)
    return Error(Code::invalid_model, cat("bias '", bias.name, "' has ", bias.shape.elements(),
                                          " values for ", channels, " channels"));
  for (const int32_t z : bias.quant.zero_points)
    if (z != 0) return Error(Code::invalid_model, cat("bias '", bias.name, "' has zero point ", z));
  return ok();
}

Status check_bias_scale(const Infer& n, LayerInputs at) {
  if (!n.has(at.bias)) return ok();
  const double sums = double(n.in(at.in).quant.scale()) * double(n.in(at.weights).quant.scale());
  const double bias = n.in(at.bias).quant.scale();
  if (!(std::abs(sums - bias) / double(n.out(0).quant.scale()) <= 0.02))
    return Error(Code::invalid_model, cat("bias '", n.in(at.bias).name, "' has scale ", bias,
                                          ", but input and weights give ", sums));
  return ok();
}

Status check_layer(const Infer& n, int64_t channels, const LayerTypes& types) {
  const LayerInputs at = types.at;
  const Tensor& in = n.in(at.in);
  const Tensor& weights = n.in(at.weights);
  TRY(n.same_type(in, n.out(0)));
  switch (in.type) {
    case Type::f16:
    case Type::bf16:
      TRY(n.has_type(weights, {Type::f32, in.type}));
      return check_bias(n, at.bias, channels, {Type::f32, in.type});
    case Type::f32:
      TRY(n.has_type(weights, types.with_float));
      if (!is_hybrid(n, at))
        return check_bias(n, at.bias, channels, {Type::f32, Type::f16, Type::bf16});
      TRY(check_weights(weights, channels, types.axis, weights.type != Type::u8));
      return check_bias(n, at.bias, channels, {Type::f32});
    case Type::u8:
      TRY(n.has_type(weights, {Type::u8}));
      TRY(check_weights(weights, channels, types.axis, false));
      if (weights.quant.scales.size() != 1)
        return Error(Code::invalid_model, "uint8 filters have one scale");
      TRY(check_bias(n, at.bias, channels, {Type::i32}));
      break;
    case Type::i8:
    case Type::i16:
      TRY(n.has_type(weights, types.with_integer));
      TRY(check_weights(weights, channels, types.axis, true));
      if (in.type == Type::i8) {
        TRY(check_bias(n, at.bias, channels, {Type::i32}));
        break;
      }
      TRY(check_bias(n, at.bias, channels, types.wide_bias));
      if (types.bias32 && n.has(at.bias) && n.in(at.bias).type != Type::i32)
        return Error(Code::invalid_model, "bias is not int32 as quantized_bias_type says");
      break;
    default:
      return n.has_type(in, {Type::f32, Type::f16, Type::bf16, Type::u8, Type::i8, Type::i16});
  }
  TRY(n.quantized(in));
  TRY(n.quantized(n.out(0)));
  if (in.type == Type::u8) TRY(check_bias_scale(n, at));
  return in.type == Type::i16 ? check_zero_points(n, at.in) : ok();
}

Status IntegerLayer::prepare(Prepare& n, Finish finish, int64_t channels, Activation activation,
                             bool float_product, int64_t depth, LayerInputs at) {
  const Tensor& in = n.in(at.in);
  const Tensor& weights = n.in(at.weights);
  const Tensor& out = n.out(0);
  finish_ = finishes_once(n, channels, activation, at) ? Finish::once : finish;
  small_ = small_sums(n, depth, at);
  out_type_ = out.type;
  tanh_ = activation == fb::ActivationFunctionType_TANH;
  float_range_ = activation_range<float>(activation);
  // Hybrid sums see bytes of any type as signed.
  const bool hybrid = finish == Finish::hybrid || finish == Finish::hybrid_fused;
  if (!hybrid) {
    zero_ = out.quant.zero_point();
    weight_zero = weights.quant.zero_point() - (weights.type == Type::u8 ? 128 : 0);
    TRY_SET(range_, quantized_activation_range(activation, out));
    if (finish_ == Finish::once) range_ = range_once(activation, out);
  }
  const auto fill = [&](std::byte* memory) -> Status {
    for (int64_t c = 0; c < channels; ++c) {
      const bool one = weights.quant.scales.size() == 1;
      if (hybrid) {
        reinterpret_cast<float*>(memory)[c] = weights.quant.scales[one ? 0 : size_t(c)];
        continue;
      }
      if (finish_ == Finish::once) {
        reinterpret_cast<float*>(memory)[c] = factor_once(in, weights, out, c);
        continue;
      }
      const double real = factor(in, weights, out, c, float_product);
      if (finish == Finish::real) {
        reinterpret_cast<double*>(memory)[c] = real;
        continue;
      }
      const kernels::Multiplier m = kernels::quantize_multiplier(real);
      reinterpret_cast<int32_t*>(memory)[c] = m.value;
      reinterpret_cast<int32_t*>(memory)[channels + c] = m.shift;
    }
    return ok();
  };
  TRY_SET(const std::byte* const memory, n.packed("channels", channels * 8, fill));
  multiplier_ = reinterpret_cast<const int32_t*>(memory);
  shift_ = multiplier_ + channels;
  real_ = reinterpret_cast<const double*>(memory);
  scale_ = reinterpret_cast<const float*>(memory);
  const auto all = [&](const auto* values, auto low, auto high) {
    return std::all_of(values, values + channels, [=](auto x) { return x >= low && x <= high; });
  };
  usual_factors_ = (finish_ == Finish::once && all(scale_, 0.0f, 1.0f)) ||
                   (finish_ == Finish::twice && all(shift_, -20, -1));
  return ok();
}

void IntegerLayer::finish(const SumTile& tile, const Data& data) const {
  if (finish_ == Finish::hybrid || finish_ == Finish::hybrid_fused)
    return finish_hybrid(tile, data);
  if (tile.wide_sums) return finish_wide(tile, data);
  int32_t row_add[kernels::kMostTileRows];
  if (weight_zero != 0 && tile.left_sums) {
    for (int i = 0; i < tile.rows; ++i)
      row_add[i] = int32_t(-uint32_t(weight_zero) * uint32_t(tile.left_sums[i]));
  }
  const kernels::SumBlock block{.sums = tile.sums,
                                .stride = tile.stride,
                                .rows = tile.rows,
                                .n = tile.n,
                                .row_add = weight_zero != 0 && tile.left_sums ? row_add : nullptr,
                                .zero = zero_,
                                .low = range_.low,
                                .high = range_.high,
                                .small = small_};
  const int64_t at = tile.row * data.channels + tile.channel;
  const kernels::RequantRows& rows = *kernels::requant_rows().kernels;
  if (out_type_ == Type::i16) {
    kernels::requant_real16(block, real_ + tile.channel, static_cast<int16_t*>(data.out) + at,
                            ptrdiff_t(data.channels));
  } else if (finish_ == Finish::once) {
    rows.once8(block, scale_ + tile.channel, static_cast<uint8_t*>(data.out) + at,
               ptrdiff_t(data.channels));
  } else if (finish_ == Finish::real) {
    rows.real8(block, real_ + tile.channel, static_cast<uint8_t*>(data.out) + at,
               ptrdiff_t(data.channels));
  } else {
    rows.twice8(block, multiplier_ + tile.channel, shift_ + tile.channel,
                static_cast<uint8_t*>(data.out) + at, ptrdiff_t(data.channels));
  }
}

const kernels::ByteResult* IntegerLayer::bytes(const Data& data,
                                               kernels::ByteResult& memory) const {
  const bool twice = finish_ == Finish::twice;
  if ((!twice && finish_ != Finish::once) || out_type_ == Type::i16) return nullptr;
  if (!small_ || !usual_factors_) return nullptr;
  memory = {.scale = twice ? nullptr : scale_,
            .multiplier = twice ? multiplier_ : nullptr,
            .shift = twice ? shift_ : nullptr,
            .zero = zero_,
            .low = range_.low,
            .high = range_.high,
            .out = static_cast<uint8_t*>(data.out),
            .stride = ptrdiff_t(data.channels)};
  return &memory;
}

const kernels::FloatResult* IntegerLayer::floats(const Data& data,
                                                 kernels::FloatResult& memory) const {
  if (finish_ != Finish::hybrid_fused || tanh_) return nullptr;
  if ((data.rows_each != 1 && data.rows_each != kAllRows) || !data.weight_sums) return nullptr;
  memory = {.rows = data.rows,
            .rows_step = data.rows_each == 1 ? 1 : 0,
            .shift = left_shift,
            .weight_sums = data.weight_sums,
            .scale = scale_,
            .bias = data.bias,
            .low = float_range_.low,
            .high = float_range_.high,
            .out = static_cast<float*>(data.out),
            .stride = ptrdiff_t(data.channels)};
  return &memory;
}

void IntegerLayer::finish_wide(const SumTile& tile, const Data& data) const {
  const kernels::WideBlock block{.sums = tile.wide_sums,
                                 .stride = tile.stride,
                                 .rows = tile.rows,
                                 .n = tile.n,
                                 .bias = data.bias64 ? data.bias64 + tile.channel : nullptr,
                                 .bias32 = data.bias32 ? data.bias32 + tile.channel : nullptr,
                                 .wrap32 = wrap32,
                                 .low = range_.low,
                                 .high = range_.high};
  auto* out = static_cast<int16_t*>(data.out) + tile.row * data.channels + tile.channel;
  if (finish_ == Finish::real) {
    kernels::requant_wide_real16(block, real_ + tile.channel, out, ptrdiff_t(data.channels));
  } else {
    kernels::requant_rows().kernels->wide16(block, multiplier_ + tile.channel,
                                            shift_ + tile.channel, out, ptrdiff_t(data.channels));
  }
}

void IntegerLayer::finish_hybrid(const SumTile& tile, const Data& data) const {
  int32_t zeros[kernels::kMostTileRows];
  float scales[kernels::kMostTileRows];
  for (int i = 0; i < tile.rows; ++i) {
    const kernels::RowQuant& row = data.rows[(tile.row + i) / data.rows_each];
    zeros[i] = row.zero + left_shift;
    scales[i] = row.scale;
  }
  float* out = static_cast<float*>(data.out) + tile.row * data.channels + tile.channel;
  const kernels::RequantRows& epilogue = *kernels::requant_rows().kernels;
  (finish_ == Finish::hybrid_fused ? epilogue.hybrid_fused : epilogue.hybrid)(
      {.sums = tile.sums, .stride = tile.stride, .rows = tile.rows, .n = tile.n}, zeros,
      data.weight_sums ? data.weight_sums + tile.column : nullptr, scales, scale_ + tile.channel,
      data.bias ? data.bias + tile.channel : nullptr, float_range_.low, float_range_.high, out,
      ptrdiff_t(data.channels));
  if (!tanh_) return;
  for (int i = 0; i < tile.rows; ++i)
    for (int j = 0; j < tile.n; ++j) {
      float& x = out[i * data.channels + j];
      x = std::tanh(x);
    }
}

kernels::PackI8 packing(const Operands& n, const IntegerLayer& layer, const kernels::GemmI8& kernel,
                        int64_t row_step) {
  const Tensor& in = n.in(0);
  const Type weights = n.in(1).type;
  const bool hybrid = in.type == Type::f32;
  // Hybrid sums see bytes of any type as signed.
  kernels::PackI8 how{
      .form = hybrid && weights == Type::u8 ? kernels::WeightForm::s8 : weight_form(weights),
      .row_step = row_step};
  if (hybrid || in.type == Type::i16) return how;
  how.left_zero =
      kernels::inner_zero_point(kernel.form, in.type == Type::u8, in.quant.zero_point());
  how.weight_zero = layer.weight_zero;
  return how;
}

Status PackedWeights::infer(Infer& n, const kernels::GemmI8& kernel, int groups, int64_t columns,
                            int64_t k) {
  const kernels::PackedI8 layout = kernels::packed_i8_layout(kernel, groups, int(columns), k);
  if (layout.bytes < 0) return Error(Code::resource_exhausted, "weights are too large to pack");
  return constant_layer(n) ? ok() : n.scratch(0, layout.bytes);
}

Status PackedWeights::prepare(Prepare& n, const kernels::GemmI8& kernel, int groups, int columns,
                              int64_t k, const kernels::PackI8& how) {
  kernel_ = &kernel;
  layout_ = kernels::packed_i8_layout(kernel, groups, columns, k);
  how_ = how;
  constant_ = nullptr;
  if (!constant_layer(n)) return ok();
  how_.weights = n.in(1).data;
  how_.bias = packed_bias(n);
  TRY_SET(constant_, n.packed("weights", layout_.bytes, [&](std::byte* memory) {
    kernels::pack_i8(kernel, layout_, how_, memory);
    return ok();
  }));
  return ok();
}

const void* PackedWeights::get(Run& n) const {
  if (constant_) return constant_;
  kernels::PackI8 how = how_;
  how.weights = n.in(1).data;
  how.bias = packed_bias(n);
  const std::span<std::byte> memory = n.scratch(0);
  kernels::pack_i8(*kernel_, layout_, how, memory.data());
  return memory.data();
}

}  // namespace samara::ops
