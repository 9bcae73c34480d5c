#include "engine/tflite_abi/tensors.h"

#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "base/try.h"

namespace samara::tflite_abi {
namespace {

TfLiteQuantization quantization_of(const schema::Quantization& q) {
  TfLiteQuantization out = {kTfLiteNoQuantization, nullptr};
  if (q.scales.empty()) return out;
  auto* const affine =
      static_cast<TfLiteAffineQuantization*>(std::calloc(1, sizeof(TfLiteAffineQuantization)));
  if (!affine) return out;
  out = {kTfLiteAffineQuantization, affine};
  affine->scale = TfLiteFloatArrayCreate(int(q.scales.size()));
  if (affine->scale) std::ranges::copy(q.scales, affine->scale->data);
  affine->zero_point = int_array(q.zero_points).release();
  affine->quantized_dimension = q.axis;
  return out;
}

TfLiteSparsity* sparsity_of(const schema::Sparsity& from) {
  auto* const s = static_cast<TfLiteSparsity*>(std::calloc(1, sizeof(TfLiteSparsity)));
  if (!s) return nullptr;
  s->traversal_order = int_array(from.traversal_order).release();
  s->block_map = int_array(from.block_map).release();
  s->dim_metadata = static_cast<TfLiteDimensionMetadata*>(
      std::calloc(from.dims.size() + 1, sizeof(TfLiteDimensionMetadata)));
  if (!s->dim_metadata) return s;
  s->dim_metadata_size = int(from.dims.size());
  for (size_t i = 0; i < from.dims.size(); ++i) {
    TfLiteDimensionMetadata& m = s->dim_metadata[i];
    m.format = from.dims[i].dense ? kTfLiteDimDense : kTfLiteDimSparseCSR;
    m.dense_size = from.dims[i].size;
    if (from.dims[i].dense) continue;
    m.array_segments = int_array(from.dims[i].segments).release();
    m.array_indices = int_array(from.dims[i].indices).release();
  }
  return s;
}

}  // namespace

std::optional<uint64_t> bytes_of(TfLiteType type, std::span<const int32_t> shape) {
  const auto ours = from_c(type);
  if (!ours || shape.size() > size_t(graph::kMaxRank)) return std::nullopt;
  return graph::tensor_bytes(*ours, graph::Shape(shape));
}

Tensors::Tensors(const schema::Subgraph& from, size_t room)
    : in_file_(from.tensors.size()),
      size_(in_file_),
      room_(in_file_ + room),
      list_(new TfLiteTensor[room_]()) {
  names_.reserve(in_file_);
  for (size_t i = 0; i < in_file_; ++i)
    describe(list_[i], from.tensors[i], names_.emplace_back(from.tensors[i].name));
  for (const int32_t i : from.inputs)
    if (list_[i].type == kTfLiteString && list_[i].allocation_type != kTfLiteMmapRo)
      list_[i].allocation_type = kTfLiteDynamic;
}

void Tensors::describe(TfLiteTensor& t, const schema::Tensor& from, const std::string& name) {
  t.type = to_c(from.type);
  t.name = name.c_str();
  t.dims = int_array(from.shape).release();
  t.dims_signature = int_array(from.signature).release();
  t.is_variable = from.is_variable;
  t.buffer_handle = kTfLiteNullBufferHandle;
  t.quantization = quantization_of(from.quantization);
  if (from.quantization.scales.size() == 1)
    t.params = {from.quantization.scales[0], from.quantization.zero_points[0]};
  if (from.sparsity) t.sparsity = sparsity_of(*from.sparsity);
  t.allocation_type = from.is_variable ? kTfLiteArenaRwPersistent : kTfLiteArenaRw;
  t.bytes = size_t(bytes_of(t.type, from.shape).value_or(0));
  in_model_.push_back(from.constant);
  if (!from.constant) return;
  t.allocation_type = kTfLiteMmapRo;
  t.data.raw_const = reinterpret_cast<const char*>(from.data.data());
  t.bytes = from.data.size();
}

Tensors::~Tensors() {
  for (size_t i = 0; i < size_; ++i) {
    TfLiteTensor& t = list_[i];
    release_dynamic(t);
    TfLiteIntArrayFree(t.dims);
    TfLiteIntArrayFree(const_cast<TfLiteIntArray*>(t.dims_signature));
    TfLiteQuantizationFree(&t.quantization);
    TfLiteSparsityFree(t.sparsity);
  }
}

int Tensors::index_of(const TfLiteTensor* t) const {
  const TfLiteTensor* const first = list_.get();
  return t >= first && t < first + size_ ? int(t - first) : -1;
}

bool Tensors::set_dims(TfLiteTensor& t, std::span<const int32_t> shape) {
  if (!t.dims || size_t(t.dims->size) != shape.size()) {
    IntArray fresh = int_array(shape);
    if (!fresh) return false;
    TfLiteIntArrayFree(t.dims);
    t.dims = fresh.release();
  }
  std::ranges::copy(shape, t.dims->data);
  return true;
}

void Tensors::show(const graph::Tensor& from) {
  if (size_t(from.index) >= in_file_) return;  // the engine's own, of a decomposition
  TfLiteTensor& t = list_[size_t(from.index)];
  if (in_model_[size_t(from.index)]) return;
  if (from.constant) {  // folded; the memory is the engine's, which nobody else may free
    release_dynamic(t);
    t.allocation_type = kTfLiteMmapRo;
  } else if (t.allocation_type == kTfLiteMmapRo) {
    t.allocation_type = kTfLiteArenaRw;
  }
  t.type = to_c(from.type);
  if (!set_dims(t, from.shape.dims()) || t.allocation_type == kTfLiteDynamic) return;
  t.bytes = from.bytes;
  t.data.raw = reinterpret_cast<char*>(from.data);
}

Status Tensors::announce(int32_t index, std::span<const int32_t> shape) {
  TfLiteTensor& t = list_[size_t(index)];
  const auto bytes = bytes_of(t.type, shape);
  if (!bytes || std::ranges::any_of(shape, [](int32_t d) { return d < 0; }))
    return Error(Code::invalid_argument,
                 cat("tensor '", t.name, "' cannot have the shape ", shape));
  if (!set_dims(t, shape)) return Error(Code::resource_exhausted, "no memory for a shape");
  if (t.allocation_type == kTfLiteDynamic) release_dynamic(t);
  t.data.raw = nullptr;
  t.bytes = t.type == kTfLiteString ? 0 : size_t(*bytes);
  return ok();
}

int Tensors::add(int count) {
  if (count < 0 || size_t(count) > room_ - size_) return -1;
  const int first = int(size_);
  for (; count > 0; --count) {
    TfLiteTensor& t = list_[size_++];
    t.buffer_handle = kTfLiteNullBufferHandle;
    t.name = "";
    t.dims = TfLiteIntArrayCreate(0);
    t.allocation_type = kTfLiteArenaRw;
  }
  own_.resize(size_ - in_file_);
  return first;
}

Status Tensors::allocate(TfLiteTensor& t) {
  if (t.allocation_type != kTfLiteArenaRw && t.allocation_type != kTfLiteArenaRwPersistent)
    return ok();
  const auto bytes = bytes_of(t.type, values(t.dims));
  if (!bytes) return Error(Code::resource_exhausted, "a temporary tensor is too large");
  graph::Buffer& memory = own_[size_t(index_of(&t)) - in_file_];
  TRY(memory.reserve(*bytes, budget_));
  t.data.data = *bytes > 0 ? memory.data() : graph::nowhere();
  t.bytes = size_t(*bytes);
  return ok();
}

void Tensors::make_dynamic(TfLiteTensor& t) {
  if (t.allocation_type == kTfLiteDynamic) return;
  t.allocation_type = kTfLiteDynamic;
  t.data.raw = nullptr;
  t.bytes = 0;
}

void Tensors::release_dynamic(TfLiteTensor& t) {
  if (t.allocation_type != kTfLiteDynamic) return;
  std::free(t.data.raw);
  t.data.raw = nullptr;
  t.bytes = 0;
}

}  // namespace samara::tflite_abi
