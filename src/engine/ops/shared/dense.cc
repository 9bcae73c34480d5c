#include "engine/ops/shared/dense.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "engine/kernels/elementwise/elementwise_kernels.h"
#include "engine/kernels/gemm_f32/gemm_f32_kernels.h"

namespace samara::ops {
namespace {

/// A panel and a step of any kernel divide this.
constexpr int64_t kPad = 128;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

constexpr int64_t align(int64_t bytes) { return (bytes + 63) / 64 * 64; }

/// a * b * c, at most 2^60: several can be added, and no memory is that large.
int64_t bounded(int64_t a, int64_t b, int64_t c) {
  constexpr int64_t kMost = int64_t{1} << 60;
  const auto ab = checked_mul(a, b);
  return std::min(ab ? checked_mul(*ab, c).value_or(kMost) : kMost, kMost);
}

}  // namespace

Status check_counts(const Infer& n, int ins, int outs, std::initializer_list<int> needed) {
  if (n.inputs() != ins || n.outputs() != outs) {
    return Error(Code::invalid_model, cat("takes ", ins, " inputs and gives ", outs, ", has ",
                                          n.inputs(), " and ", n.outputs()));
  }
  for (const int i : needed) {
    if (!n.has(i)) return Error(Code::invalid_model, cat("input ", i, " must not be left out"));
  }
  return ok();
}

Status check_operand(const Infer& n, int index, std::initializer_list<Type> types,
                     const Shape& shape, std::string_view what) {
  if (index >= n.inputs() || !n.has(index)) {
    return Error(Code::invalid_model, cat(what, " (input ", index, ") is missing"));
  }
  const Tensor& t = n.in(index);
  TRY(n.has_type(t, types));
  if (t.shape == shape) return ok();
  return Error(Code::invalid_model,
               cat(what, " '", t.name, "' has shape ", t.shape.text(), ", not ", shape.text()));
}

Status check_state(const Infer& n, int index, Type type, const Shape& shape) {
  TRY(check_operand(n, index, {type}, shape, "state"));
  if (n.in(index).variable) return ok();
  return Error(Code::invalid_model, cat("state '", n.in(index).name, "' is no variable tensor"));
}

Status check_scales(const Tensor& weights, bool many) {
  if (weights.type == Type::f32) return ok();
  const auto& scales = weights.quant.scales;
  const bool rows = many && scales.size() == size_t(weights.shape[0]) && weights.quant.axis == 0;
  const bool fine = (scales.size() == 1 || rows) &&
                    std::all_of(scales.begin(), scales.end(),
                                [](float x) { return std::isfinite(x) && x > 0; }) &&
                    std::all_of(weights.quant.zero_points.begin(), weights.quant.zero_points.end(),
                                [](int32_t z) { return z == 0; });
  if (fine) return ok();
  return Error(Code::invalid_model, cat("weights '", weights.name, "' need one scale",
                                        many ? ", or one a row," : "", " and zero points of 0"));
}

void activate(Activation kind, float* values, size_t count) {
  const kernels::ElementwiseF32& k = kernels::elementwise_f32();
  switch (kind) {
    case fb::ActivationFunctionType_TANH:
      return k.tanh(values, values, count);
    case fb::ActivationFunctionType_SIGN_BIT:
      for (size_t i = 0; i < count; ++i) values[i] = std::signbit(values[i]) ? 1.0f : 0.0f;
      return;
    case fb::ActivationFunctionType_RELU:
    case fb::ActivationFunctionType_RELU6:
    case fb::ActivationFunctionType_RELU_N1_TO_1: {
      const Range<float> range = activation_range<float>(kind);
      return k.clamp(values, values, count, range.low, range.high);
    }
    default:
      return;
  }
}

int64_t padded_left_bytes(int64_t depth) { return (depth + kPad) * 2; }
int64_t padded_columns(int64_t columns) { return (columns + kPad - 1) / kPad * kPad; }

Status pack_matrix(Prepare& n, int index, int bias_index, int32_t zero, ByteMatrix& out) {
  const Tensor& weights = n.in(index);
  out.kernel = kernels::gemm_i8().kernels;
  out.layout = kernels::packed_i8_layout(*out.kernel, 1, weights.shape[0], weights.shape[1]);
  if (out.layout.bytes < 0) return Error(Code::resource_exhausted, "weights are too large");
  const kernels::PackI8 what{.weights = weights.data,
                             .row_step = weights.shape[1],
                             .bias = bias_index >= 0 && n.has(bias_index)
                                         ? reinterpret_cast<const int32_t*>(n.in(bias_index).data)
                                         : nullptr,
                             .left_zero = kernels::inner_zero_point(out.kernel->form, false, zero)};
  TRY_SET(out.memory, n.packed(cat("matrix ", index), out.layout.bytes, [&](std::byte* memory) {
    kernels::pack_i8(*out.kernel, out.layout, what, memory);
    return ok();
  }));
  return ok();
}

void multiply(const ByteMatrix& m, const int8_t* rows, int32_t count, std::byte* left,
              int32_t* out) {
  const kernels::GemmI8& kernel = *m.kernel;
  const size_t depth = size_t(m.layout.k), width = kernel.form == kernels::LeftForm::s16 ? 2 : 1;
  const uint8_t flip = kernels::left_flip(kernel.form, false);
  for (int32_t done = 0; done < count;) {
    const int32_t now = std::min(count - done, int32_t(kernel.mr));
    const ptrdiff_t stride = ptrdiff_t(padded_left_bytes(int64_t(depth)));
    for (int32_t i = 0; i < now; ++i) {
      std::byte* to = left + i * stride;
      kernel.left(to, reinterpret_cast<const uint8_t*>(rows) + size_t(done + i) * depth, depth,
                  flip);
      std::memset(to + depth * width, 0, (size_t(m.layout.padded_k) - depth) * width);
    }
    kernel.run({.rows = now,
                .panels = m.layout.columns / kernel.panel,
                .k = int(m.layout.padded_k),
                .a = left,
                .a_stride = stride,
                .b = reinterpret_cast<const int8_t*>(m.memory + m.layout.weights),
                .b_stride = ptrdiff_t(kernel.panel * m.layout.padded_k),
                .init = reinterpret_cast<const int32_t*>(m.memory + m.layout.init),
                .c = out + ptrdiff_t(done) * m.layout.columns,
                .c_stride = m.layout.columns});
    done += now;
  }
}

Status pack_floats(Prepare& n, int first, int count, int32_t rows, int32_t depth,
                   const float** packed) {
  const auto rows_in_all = int64_t{rows} * count;
  const auto floats = kernels::gemm_f32_packed_floats(rows_in_all, depth);
  const auto bytes = floats ? checked_mul<int64_t>(*floats, sizeof(float)) : std::nullopt;
  const auto all = checked_mul<int64_t>(rows_in_all, depth);
  if (!bytes || !all) return Error(Code::resource_exhausted, "weights are too large");
  TRY_SET(const std::byte* memory,
          n.packed(cat("floats ", first), *bytes, [&](std::byte* to) -> Status {
            // gemm_f32_pack takes one matrix; those of gates are apart in the file.
            std::vector<float> joined(static_cast<size_t>(*all));
            for (int i = 0; i < count; ++i) {
              const Tensor& t = n.in(first + i);
              std::memcpy(joined.data() + int64_t{i} * rows * depth, t.data, t.bytes);
            }
            kernels::gemm_f32_pack(joined.data(), size_t(depth), 1, nullptr, size_t(rows_in_all),
                                   size_t(depth), reinterpret_cast<float*>(to));
            return ok();
          }));
  *packed = reinterpret_cast<const float*>(memory);
  return ok();
}

void product(const float* packed, const float* a, int64_t m, int64_t n, int64_t k, float* c,
             ThreadPool& pool, bool fused) {
  kernels::gemm_f32({.m = size_t(m),
                     .n = size_t(n),
                     .k = size_t(k),
                     .a = a,
                     .a_stride = size_t(k),
                     .c = c,
                     .c_stride = size_t(n),
                     .lo = -kInfinity,
                     .hi = kInfinity,
                     .fused = fused},
                    packed, pool);
}

Status Dense::prepare(Prepare& n, int index) {
  const Tensor& weights = n.in(index);
  index_ = index;
  floats_ = nullptr;
  bytes_ = {};
  if (!weights.constant) return ok();
  if (weights.type != Type::f32) return pack_matrix(n, index, -1, 0, bytes_);
  return pack_floats(n, index, 1, weights.shape[0], weights.shape[1], &floats_);
}

int64_t Dense::scratch_bytes(int64_t rows, int64_t depth, int64_t columns) {
  const int64_t sums = align(bounded(rows, padded_columns(columns), sizeof(int32_t)));
  const int64_t quants = align(rows * int64_t{sizeof(kernels::RowQuant)});
  return sums + quants + align(bounded(rows, depth, 1)) +
         kernels::kGemmI8MaxRows * align(padded_left_bytes(depth));
}

void Dense::accumulate(Run& n, const float* rows, int32_t count, bool asymmetric,
                       std::byte* scratch, float* out, int64_t step) const {
  if (n.in(index_).type == Type::f32) return accumulate_floats(n, rows, count, scratch, out, step);
  accumulate_bytes(n, rows, count, asymmetric, scratch, out, step);
}

void Dense::accumulate_floats(Run& n, const float* rows, int32_t count, std::byte* scratch,
                              float* out, int64_t step) const {
  const Tensor& weights = n.in(index_);
  const int32_t columns = weights.shape[0], depth = weights.shape[1];
  auto* sums = reinterpret_cast<float*>(scratch);
  if (floats_) {
    product(floats_, rows, count, columns, depth, sums, n.pool());
  } else {
    const auto* w = reinterpret_cast<const float*>(weights.data);
    for (int64_t i = 0; i < int64_t{count} * columns; ++i) {
      const float *row = rows + i / columns * depth, *column = w + i % columns * depth;
      sums[i] = 0;
      for (int32_t k = 0; k < depth; ++k) sums[i] += row[k] * column[k];
    }
  }
  for (int32_t r = 0; r < count; ++r) {
    for (int32_t i = 0; i < columns; ++i) out[r * step + i] += sums[int64_t{r} * columns + i];
  }
}

void Dense::accumulate_bytes(Run& n, const float* rows, int32_t count, bool asymmetric,
                             std::byte* scratch, float* out, int64_t step) const {
  const Tensor& weights = n.in(index_);
  const int32_t columns = weights.shape[0], depth = weights.shape[1];
  const int64_t wide = bytes_.memory ? bytes_.layout.columns : columns;
  auto* sums = reinterpret_cast<int32_t*>(scratch);
  scratch += align(count * padded_columns(columns) * int64_t{sizeof(int32_t)});
  auto* quants = reinterpret_cast<kernels::RowQuant*>(scratch);
  scratch += align(count * int64_t{sizeof(kernels::RowQuant)});
  auto* bytes = reinterpret_cast<int8_t*>(scratch);
  scratch += align(int64_t{count} * depth);
  for (int32_t r = 0; r < count; ++r) {
    const float* row = rows + int64_t{r} * depth;
    int8_t* to = bytes + int64_t{r} * depth;
    quants[r] = asymmetric ? kernels::quantize_asymmetric(row, size_t(depth), to)
                           : kernels::quantize_symmetric(row, size_t(depth), to);
  }
  const auto* w = reinterpret_cast<const int8_t*>(weights.data);
  if (bytes_.memory) {
    multiply(bytes_, bytes, count, scratch, sums);
  } else {
    for (int64_t i = 0; i < int64_t{count} * columns; ++i) {
      const int8_t *row = bytes + i / columns * depth, *column = w + i % columns * depth;
      sums[i] = 0;
      for (int32_t k = 0; k < depth; ++k) {
        sums[i] = kernels::wrapping_add(sums[i], (row[k] - quants[i / columns].zero) * column[k]);
      }
    }
  }
  const int32_t* weight_sums =
      bytes_.memory ? reinterpret_cast<const int32_t*>(bytes_.memory + bytes_.layout.sums)
                    : nullptr;
  for (int32_t r = 0; r < count; ++r) {
    const float scale = quants[r].scale * weights.quant.scale();
    for (int32_t i = 0; i < columns; ++i) {
      int32_t sum = sums[r * wide + i];
      if (weight_sums) sum -= quants[r].zero * weight_sums[i];
      out[r * step + i] += float(sum) * scale;
    }
  }
}

}  // namespace samara::ops
