#include "engine/ops/shared/transpose_conv.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>

#include "engine/kernels/gemm_f32/gemm_f32_kernels.h"
#include "engine/ops/shared/floats.h"
#include "engine/ops/shared/parallel.h"

namespace samara::ops {
namespace {

/// More parts than any filter of use has.
constexpr int64_t kMostParts = 1 << 14;

/// The output positions of residue `phase`: an axis of stride 1 over their taps.
kernels::WindowAxis residue(const TransposeAxis& a, int32_t phase, int32_t& first) {
  const int64_t stride = a.stride;
  const int64_t taps = (a.filter - phase + stride - 1) / stride;
  const int64_t start = ((phase - int64_t{a.before}) % stride + stride) % stride;
  const int64_t out = start < a.out ? (a.out - start + stride - 1) / stride : 0;
  // The input position that tap 0 of the original filter joins with the first output position.
  const int64_t last = (start + a.before - phase) / stride;
  kernels::WindowAxis axis{.in = a.in, .filter = int32_t(taps)};
  first = int32_t(std::min<int64_t>(start, a.out));
  axis.out = int32_t(out);
  axis.before = int32_t(taps - 1 - last);
  axis.after = int32_t(std::max<int64_t>(0, last + out - a.in));
  return axis;
}

bool constant(const Operands& n, LayerInputs at) {
  return n.in(at.weights).constant && (!n.has(at.bias) || n.in(at.bias).constant);
}

/// Of an element as the layer reads it: halves are floats by then.
size_t element_bytes(const Tensor& t) { return is_half(t.type) ? 4 : size_t(bits(t.type) / 8); }

int rearranged_slot(const Operands& n, LayerInputs at) {
  return is_float(n.in(at.weights).type) ? 1 : 4;
}

}  // namespace

Status TransposeGeometry::set(const Shape& in, const Shape& filter, int32_t stride_h,
                              int32_t stride_w) {
  if (stride_h < 1 || stride_w < 1)
    return Error(Code::invalid_model, cat("stride ", stride_h, " x ", stride_w, " is below 1"));
  if (in[1] < 1 || in[2] < 1 || in[3] < 1)
    return Error(Code::invalid_model, cat("an image of shape ", in.text(), " has no pixels"));
  if (filter[0] < 1 || filter[1] < 1 || filter[2] < 1 || filter[3] != in[3])
    return Error(Code::invalid_model, cat("filter of shape ", filter.text(),
                                          " does not fit an input of ", in[3], " channels"));
  batches = in[0];
  in_c = in[3];
  out_c = filter[0];
  y = {.in = in[1], .filter = filter[1], .stride = stride_h};
  x = {.in = in[2], .filter = filter[2], .stride = stride_w};
  return ok();
}

Status SubConvolutions::resolve(const TransposeGeometry& g) {
  g_ = g;
  parts_.clear();
  const int32_t rows = std::min(g.y.stride, g.y.filter), columns = std::min(g.x.stride, g.x.filter);
  if (int64_t{rows} * columns > kMostParts)
    return Error(Code::unsupported, cat("stride ", g.y.stride, " x ", g.x.stride,
                                        " with a filter of ", g.y.filter, " x ", g.x.filter));
  int64_t weights = 0;
  for (int32_t y = 0; y < rows; ++y) {
    for (int32_t x = 0; x < columns; ++x) {
      Part part{.weights = weights};
      part.geometry.batches = g.batches;
      part.geometry.in_c = g.in_c;
      part.geometry.out_c = g.out_c;
      part.geometry.y = residue(g.y, y, part.y);
      part.geometry.x = residue(g.x, x, part.x);
      weights += part.geometry.k() * g.out_c;
      parts_.push_back(part);
    }
  }
  return ok();
}

int64_t SubConvolutions::most_part_elements() const {
  if (parts_.size() == 1 && !has_gaps()) return 0;
  int64_t most = 0;
  for (const Part& p : parts_) most = std::max(most, p.geometry.out_pixels() * g_.out_c);
  return most;
}

void SubConvolutions::rearrange(const std::byte* filter, size_t element, std::byte* out) const {
  const int32_t columns = std::min(g_.x.stride, g_.x.filter);
  const size_t pixel = element * size_t(g_.in_c);
  const size_t row = pixel * size_t(g_.x.filter);
  for (size_t i = 0; i < parts_.size(); ++i) {
    const kernels::ConvGeometry& part = parts_[i].geometry;
    const int64_t phase_y = int64_t(i) / columns, phase_x = int64_t(i) % columns;
    for (int32_t o = 0; o < g_.out_c; ++o) {
      const std::byte* from = filter + size_t(o) * size_t(g_.y.filter) * row;
      for (int64_t ty = part.y.filter; ty-- > 0;) {
        for (int64_t tx = part.x.filter; tx-- > 0; out += pixel) {
          const int64_t y = phase_y + ty * g_.y.stride, x = phase_x + tx * g_.x.stride;
          std::memcpy(out, from + size_t(y) * row + size_t(x) * pixel, pixel);
        }
      }
    }
  }
}

void SubConvolutions::place(const Part& part, const std::byte* from, size_t bytes, std::byte* out,
                            ThreadPool& pool) const {
  const int64_t rows = part.geometry.y.out, columns = part.geometry.x.out;
  const size_t step = size_t(g_.x.stride) * bytes;
  const auto move = [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t y = i / rows * g_.y.out + part.y + i % rows * g_.y.stride;
      std::byte* to = out + (size_t(y) * size_t(g_.x.out) + size_t(part.x)) * bytes;
      const std::byte* row = from + size_t(i * columns) * bytes;
      for (int64_t x = 0; x < columns; ++x) std::memcpy(to + x * step, row + x * bytes, bytes);
    }
  };
  for_elements(pool, g_.batches * rows, move, columns * g_.out_c);
}

void SubConvolutions::repeat_first(size_t bytes, std::byte* out, ThreadPool& pool) const {
  const auto copy = [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) std::memcpy(out + size_t(i + 1) * bytes, out, bytes);
  };
  for_elements(pool, int64_t{g_.batches} * g_.y.out * g_.x.out - 1, copy, g_.out_c);
}

Status TransposeLayer::infer(Infer& n, LayerInputs at, int64_t bytes) const {
  const int64_t element = int64_t(element_bytes(n.out(0)));
  TRY(n.scratch(3, subs.most_part_elements() * element));
  if (constant(n, at)) return ok();
  const Tensor& weights = n.in(at.weights);
  TRY(n.scratch(rearranged_slot(n, at),
                weights.shape.elements() * int64_t(element_bytes(weights))));
  return n.scratch(0, bytes);
}

Status TransposeLayer::prepare(Prepare& n, LayerInputs at, int64_t bytes, Pack pack) {
  packed_ = nullptr;
  if (!constant(n, at)) return ok();
  const Tensor& weights = n.in(at.weights);
  const auto fill = [&](std::byte* memory) -> Status {
    const size_t element = element_bytes(weights);
    const size_t filter_bytes = size_t(weights.shape.elements()) * element;
    const std::unique_ptr<std::byte[]> rearranged(new (std::nothrow) std::byte[filter_bytes]);
    if (!rearranged) return Error(Code::resource_exhausted, "no memory to rearrange the filter");
    ConstantFloats floats;
    const std::byte* filter = weights.data;
    if (is_half(weights.type)) {
      TRY_SET(floats, ConstantFloats::of(weights));
      filter = reinterpret_cast<const std::byte*>(floats.data());
    }
    subs.rearrange(filter, element, rearranged.get());
    for (const SubConvolutions::Part& p : subs.parts())
      pack(p, rearranged.get() + size_t(p.weights) * element, memory + p.at);
    return ok();
  };
  TRY_SET(packed_, n.packed("weights", bytes, fill));
  return ok();
}

void TransposeLayer::run(
    Run& n, LayerInputs at, std::byte* out, Pack pack,
    FunctionRef<void(const SubConvolutions::Part&, const std::byte*, std::byte*)> compute,
    FunctionRef<void(std::byte*)> fill) const {
  if (n.out(0).shape.elements() == 0) return;
  const std::byte* packed = packed_;
  if (!packed) {
    const size_t element = element_bytes(n.in(at.weights));
    const auto* filter =
        reinterpret_cast<const std::byte*>(floats_of(n, n.in(at.weights), kFloatWeights));
    std::byte* const rearranged = n.scratch(rearranged_slot(n, at)).data();
    std::byte* const memory = n.scratch(0).data();
    subs.rearrange(filter, element, rearranged);
    for (const SubConvolutions::Part& p : subs.parts())
      pack(p, rearranged + size_t(p.weights) * element, memory + p.at);
    packed = memory;
  }
  const size_t pixel = size_t(subs.geometry().out_c) * element_bytes(n.out(0));
  if (subs.has_gaps()) {
    fill(out);
    subs.repeat_first(pixel, out, n.pool());
  }
  const bool whole = subs.most_part_elements() == 0;
  std::byte* const memory = whole ? out : n.scratch(3).data();
  for (const SubConvolutions::Part& p : subs.parts()) {
    if (p.geometry.out_pixels() == 0) continue;
    compute(p, packed + p.at, memory);
    if (!whole) subs.place(p, memory, pixel, out, n.pool());
  }
}

Result<int64_t> TransposeF32::resolve(const TransposeGeometry& g) {
  TRY(layer_.subs.resolve(g));
  int64_t bytes = 0;
  for (SubConvolutions::Part& p : layer_.subs.parts()) {
    const auto floats = kernels::conv_f32_packed_floats(p.geometry);
    const auto size = floats ? checked_mul<int64_t>(*floats, 4) : std::nullopt;
    const auto end = size ? checked_add<int64_t>(bytes, *size) : std::nullopt;
    const auto aligned = end && *end < INT64_MAX - 64 ? align_up(uint64_t(*end), 64) : std::nullopt;
    if (!aligned) return Error(Code::resource_exhausted, "filter is too large to pack");
    p.at = bytes;
    bytes = int64_t(*aligned);
  }
  return bytes;
}

namespace {

auto packer(const float* bias) {
  return [bias](const SubConvolutions::Part& p, const std::byte* filter, std::byte* memory) {
    kernels::conv_f32_pack(p.geometry, reinterpret_cast<const float*>(filter), bias,
                           reinterpret_cast<float*>(memory));
  };
}

}  // namespace

Status TransposeF32::infer(Infer& n, LayerInputs at, const TransposeGeometry& g) {
  TRY_SET(const int64_t bytes, resolve(g));
  TRY(infer_floats(n, n.in(at.in), kFloatIn));
  TRY(infer_floats(n, n.out(0), kFloatOut));
  if (!constant(n, at)) TRY(infer_floats(n, n.in(at.weights), kFloatWeights));
  if (n.has(at.bias)) TRY(infer_floats(n, n.in(at.bias), kFloatBias));
  return layer_.infer(n, at, bytes);
}

Status TransposeF32::prepare(Prepare& n, LayerInputs at, const TransposeGeometry& g) {
  TRY_SET(const int64_t bytes, resolve(g));
  ConstantFloats bias;
  if (n.has(at.bias) && n.in(at.bias).constant) {
    TRY_SET(bias, ConstantFloats::of(n.in(at.bias)));
  }
  return layer_.prepare(n, at, bytes, packer(bias.data()));
}

void TransposeF32::run(Run& n, LayerInputs at, Range<float> range) const {
  const float* in = floats_of(n, n.in(at.in), kFloatIn);
  const float* bias = n.has(at.bias) ? floats_of(n, n.in(at.bias), kFloatBias) : nullptr;
  const auto compute = [&](const SubConvolutions::Part& p, const std::byte* packed,
                           std::byte* out) {
    kernels::conv_f32(p.geometry, in, reinterpret_cast<const float*>(packed),
                      reinterpret_cast<float*>(out), range.low, range.high, fuses_floats(n),
                      n.pool());
  };
  const auto fill = [&](std::byte* out) {
    for (int32_t c = 0; c < layer_.subs.geometry().out_c; ++c)
      reinterpret_cast<float*>(out)[c] = range.clamp(bias ? bias[c] : 0);
  };
  layer_.run(n, at, reinterpret_cast<std::byte*>(float_output(n, kFloatOut)), packer(bias), compute,
             fill);
  store_floats(n, kFloatOut);
}

}  // namespace samara::ops
