// The functions of tensorflow/lite/core/c/common.h that operators and delegates call.
#include <algorithm>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "tensorflow/lite/core/c/common.h"

namespace {

template <class Array, class Item>
size_t size_in_bytes(int size) {
  return size < 0 ? 0 : sizeof(Array) + size_t(size) * sizeof(Item);
}

template <class Array, class Item>
Array* create(int size) {
  const size_t bytes = size_in_bytes<Array, Item>(size);
  if (bytes == 0) return nullptr;
  auto* const a = static_cast<Array*>(std::calloc(1, bytes));
  if (a) a->size = size;
  return a;
}

template <class Array, class Item>
Array* copy(const Array* from) {
  if (!from) return nullptr;
  Array* const a = create<Array, Item>(from->size);
  if (a && from->size > 0) std::memcpy(a->data, from->data, size_t(from->size) * sizeof(Item));
  return a;
}

bool is_owned(const TfLiteTensor& t) {
  return t.allocation_type == kTfLiteDynamic || t.allocation_type == kTfLitePersistentRo;
}

}  // namespace

size_t TfLiteIntArrayGetSizeInBytes(int size) { return size_in_bytes<TfLiteIntArray, int>(size); }
TfLiteIntArray* TfLiteIntArrayCreate(int size) { return create<TfLiteIntArray, int>(size); }
TfLiteIntArray* TfLiteIntArrayCopy(const TfLiteIntArray* src) {
  return copy<TfLiteIntArray, int>(src);
}
void TfLiteIntArrayFree(TfLiteIntArray* a) { std::free(a); }

int TfLiteIntArrayEqual(const TfLiteIntArray* a, const TfLiteIntArray* b) {
  if (a == b) return 1;
  return a && b ? TfLiteIntArrayEqualsArray(a, b->size, b->data) : 0;
}

int TfLiteIntArrayEqualsArray(const TfLiteIntArray* a, int b_size, const int b_data[]) {
  if (!a) return b_size == 0;
  return a->size == b_size && (b_size <= 0 || std::equal(a->data, a->data + b_size, b_data));
}

int TfLiteFloatArrayGetSizeInBytes(int size) {
  const size_t bytes = size_in_bytes<TfLiteFloatArray, float>(size);
  return bytes > INT_MAX ? 0 : int(bytes);
}
TfLiteFloatArray* TfLiteFloatArrayCreate(int size) { return create<TfLiteFloatArray, float>(size); }
TfLiteFloatArray* TfLiteFloatArrayCopy(const TfLiteFloatArray* src) {
  return copy<TfLiteFloatArray, float>(src);
}
void TfLiteFloatArrayFree(TfLiteFloatArray* a) { std::free(a); }

const char* TfLiteTypeGetName(TfLiteType type) {
  constexpr const char* kNames[] = {"NOTYPE",  "FLOAT32", "INT32",        "UINT8",     "INT64",
                                    "STRING",  "BOOL",    "INT16",        "COMPLEX64", "INT8",
                                    "FLOAT16", "FLOAT64", "COMPLEX128",   "UINT64",    "RESOURCE",
                                    "VARIANT", "UINT32",  "UINT16",       "INT4",      "BFLOAT16",
                                    "INT2",    "UINT4",   "FLOAT8E4M3FN", "FLOAT8E5M2"};
  const auto number = size_t(type);
  return number < sizeof kNames / sizeof *kNames ? kNames[number] : "Unknown type";
}

void TfLiteTensorDataFree(TfLiteTensor* t) {
  if (!t) return;
  if (is_owned(*t)) std::free(t->data.raw);
  t->data.raw = nullptr;
}

void TfLiteQuantizationFree(TfLiteQuantization* quantization) {
  if (!quantization) return;
  if (quantization->type == kTfLiteAffineQuantization && quantization->params) {
    auto* const q = static_cast<TfLiteAffineQuantization*>(quantization->params);
    TfLiteFloatArrayFree(q->scale);
    TfLiteIntArrayFree(q->zero_point);
    std::free(q);
  }
  quantization->params = nullptr;
  quantization->type = kTfLiteNoQuantization;
}

void TfLiteSparsityFree(TfLiteSparsity* sparsity) {
  if (!sparsity) return;
  TfLiteIntArrayFree(sparsity->traversal_order);
  TfLiteIntArrayFree(sparsity->block_map);
  for (int i = 0; sparsity->dim_metadata && i < sparsity->dim_metadata_size; ++i) {
    TfLiteIntArrayFree(sparsity->dim_metadata[i].array_segments);
    TfLiteIntArrayFree(sparsity->dim_metadata[i].array_indices);
  }
  std::free(sparsity->dim_metadata);
  std::free(sparsity);
}

void TfLiteTensorFree(TfLiteTensor* t) {
  if (!t) return;
  TfLiteTensorDataFree(t);
  TfLiteIntArrayFree(t->dims);
  t->dims = nullptr;
  TfLiteIntArrayFree(const_cast<TfLiteIntArray*>(t->dims_signature));
  t->dims_signature = nullptr;
  TfLiteQuantizationFree(&t->quantization);
  TfLiteSparsityFree(t->sparsity);
  t->sparsity = nullptr;
}

void TfLiteTensorReset(TfLiteType type, const char* name, TfLiteIntArray* dims,
                       TfLiteQuantizationParams quantization, char* buffer, size_t size,
                       TfLiteAllocationType allocation_type, const void* allocation,
                       bool is_variable, TfLiteTensor* tensor) {
  if (!tensor) return;
  TfLiteTensorFree(tensor);
  tensor->type = type;
  tensor->name = name;
  tensor->dims = dims;
  tensor->params = quantization;
  tensor->data.raw = buffer;
  tensor->bytes = size;
  tensor->allocation_type = allocation_type;
  tensor->allocation = allocation;
  tensor->is_variable = is_variable;
  tensor->quantization = {kTfLiteNoQuantization, nullptr};
}

TfLiteStatus TfLiteTensorCopy(const TfLiteTensor* src, TfLiteTensor* dst) {
  if (!src || !dst) return src == dst ? kTfLiteOk : kTfLiteError;
  if (src == dst) return kTfLiteOk;
  if (src->bytes != dst->bytes) return kTfLiteError;
  if (src->bytes > 0 && (!src->data.raw || !dst->data.raw)) return kTfLiteError;
  dst->type = src->type;
  TfLiteIntArrayFree(dst->dims);
  dst->dims = TfLiteIntArrayCopy(src->dims);
  if (src->bytes > 0) std::memmove(dst->data.raw, src->data.raw, src->bytes);
  dst->buffer_handle = src->buffer_handle;
  dst->data_is_stale = src->data_is_stale;
  dst->delegate = src->delegate;
  return kTfLiteOk;
}

TfLiteStatus TfLiteTensorResizeMaybeCopy(size_t num_bytes, TfLiteTensor* tensor,
                                         bool preserve_data) {
  if (!tensor) return kTfLiteError;
  if (!is_owned(*tensor)) return kTfLiteOk;
  if (num_bytes == 0) {
    TfLiteTensorDataFree(tensor);
    tensor->bytes = 0;
    return kTfLiteOk;
  }
  void* const memory =
      preserve_data ? std::realloc(tensor->data.raw, num_bytes) : std::malloc(num_bytes);
  if (!memory) return kTfLiteError;
  if (!preserve_data) std::free(tensor->data.raw);
  tensor->data.data = memory;
  tensor->bytes = num_bytes;
  return kTfLiteOk;
}

TfLiteStatus TfLiteTensorRealloc(size_t num_bytes, TfLiteTensor* tensor) {
  return TfLiteTensorResizeMaybeCopy(num_bytes, tensor, true);
}

TfLiteDelegate TfLiteDelegateCreate(void) { return {}; }

TfLiteOpaqueDelegate* TfLiteOpaqueDelegateCreate(const TfLiteOpaqueDelegateBuilder* builder) {
  if (!builder) return nullptr;
  auto* const d = new TfLiteDelegate{};
  d->opaque_delegate_builder = new TfLiteOpaqueDelegateBuilder(*builder);
  d->flags = builder->flags;
  d->data_ = builder->data;
  return reinterpret_cast<TfLiteOpaqueDelegate*>(d);
}

void TfLiteOpaqueDelegateDelete(TfLiteOpaqueDelegate* delegate) {
  auto* const d = reinterpret_cast<TfLiteDelegate*>(delegate);
  if (!d) return;
  delete d->opaque_delegate_builder;
  delete d;
}

void* TfLiteOpaqueDelegateGetData(const TfLiteOpaqueDelegate* delegate) {
  const auto* const d = reinterpret_cast<const TfLiteDelegate*>(delegate);
  if (!d) return nullptr;
  return d->opaque_delegate_builder ? d->opaque_delegate_builder->data : d->data_;
}

TfLiteAllocationStrategy TfLiteTensorGetAllocationStrategy(const TfLiteTensor* t) {
  if (!t) return kTfLiteAllocationStrategyUnknown;
  switch (t->allocation_type) {
    case kTfLiteMemNone:
      return kTfLiteAllocationStrategyNone;
    case kTfLiteMmapRo:
      return kTfLiteAllocationStrategyMMap;
    case kTfLiteArenaRw:
    case kTfLiteArenaRwPersistent:
      return kTfLiteAllocationStrategyArena;
    case kTfLiteDynamic:
    case kTfLitePersistentRo:
      return kTfLiteAllocationStrategyMalloc;
    case kTfLiteVariantObject:
      return kTfLiteAllocationStrategyNew;
    default:
      return kTfLiteAllocationStrategyUnknown;
  }
}

TfLiteRunStability TfLiteTensorGetBufferAddressStability(const TfLiteTensor* t) {
  if (!t) return kTfLiteRunStabilityUnknown;
  switch (t->allocation_type) {
    case kTfLiteMemNone:
    case kTfLiteMmapRo:
    case kTfLiteArenaRw:
    case kTfLiteArenaRwPersistent:
    case kTfLitePersistentRo:
      return kTfLiteRunStabilityAcrossRuns;
    case kTfLiteDynamic:
    case kTfLiteVariantObject:
      return kTfLiteRunStabilitySingleRun;
    default:
      return kTfLiteRunStabilityUnknown;
  }
}

TfLiteRunStability TfLiteTensorGetDataStability(const TfLiteTensor* t) {
  if (!t) return kTfLiteRunStabilityUnknown;
  switch (t->allocation_type) {
    case kTfLiteMemNone:
    case kTfLiteMmapRo:
    case kTfLiteArenaRwPersistent:
    case kTfLitePersistentRo:
      return kTfLiteRunStabilityAcrossRuns;
    case kTfLiteArenaRw:
    case kTfLiteDynamic:
    case kTfLiteVariantObject:
      return kTfLiteRunStabilitySingleRun;
    default:
      return kTfLiteRunStabilityUnknown;
  }
}

TfLiteRunStep TfLiteTensorGetDataKnownStep(const TfLiteTensor* t) {
  if (!t) return kTfLiteRunStepUnknown;
  switch (t->allocation_type) {
    case kTfLiteMemNone:
    case kTfLiteMmapRo:
      return kTfLiteRunStepInit;
    case kTfLitePersistentRo:
      return kTfLiteRunStepPrepare;
    case kTfLiteCustom:
      return kTfLiteRunStepUnknown;
    default:
      return kTfLiteRunStepEval;
  }
}

TfLiteRunStep TfLiteTensorGetShapeKnownStep(const TfLiteTensor* t) {
  if (!t) return kTfLiteRunStepUnknown;
  switch (t->allocation_type) {
    case kTfLiteMemNone:
    case kTfLiteMmapRo:
      return kTfLiteRunStepInit;
    case kTfLiteArenaRw:
    case kTfLiteArenaRwPersistent:
    case kTfLitePersistentRo:
      return kTfLiteRunStepPrepare;
    case kTfLiteDynamic:
    case kTfLiteVariantObject:
      return kTfLiteRunStepEval;
    default:
      return kTfLiteRunStepUnknown;
  }
}
