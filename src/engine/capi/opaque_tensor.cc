// Opaque tensors: what c_api_opaque.h says of them, strings and the builder.
#include <climits>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "engine/capi/opaque.h"
#include "engine/tflite_abi/operator.h"
#include "engine/tflite_abi/tensors.h"
#include "samara/runtime/session.h"
#include "tensorflow/lite/core/c/c_api_opaque.h"

namespace {

const TfLiteTensor* plain(const TfLiteOpaqueTensor* t) {
  return reinterpret_cast<const TfLiteTensor*>(t);
}
TfLiteTensor* plain(TfLiteOpaqueTensor* t) { return reinterpret_cast<TfLiteTensor*>(t); }

}  // namespace

TfLiteType TfLiteOpaqueTensorType(const TfLiteOpaqueTensor* t) {
  return TfLiteTensorType(plain(t));
}
int32_t TfLiteOpaqueTensorNumDims(const TfLiteOpaqueTensor* t) {
  return TfLiteTensorNumDims(plain(t));
}
int32_t TfLiteOpaqueTensorDim(const TfLiteOpaqueTensor* t, int32_t dim_index) {
  return TfLiteTensorDim(plain(t), dim_index);
}
TfLiteStatus TfLiteOpaqueTensorGetNumDimsSignature(const TfLiteOpaqueTensor* t, int32_t* num_dims) {
  if (!t || !num_dims) return kTfLiteError;
  const TfLiteIntArray* const signature = plain(t)->dims_signature;
  *num_dims = signature && signature->size > 0 ? signature->size : -1;
  return kTfLiteOk;
}
TfLiteStatus TfLiteOpaqueTensorGetDimSignature(const TfLiteOpaqueTensor* t, int32_t dim_index,
                                               int32_t* dim_length) {
  if (!t || !dim_length) return kTfLiteError;
  const auto signature = samara::tflite_abi::values(plain(t)->dims_signature);
  if (signature.empty()) {
    *dim_length = -1;
    return kTfLiteOk;
  }
  if (dim_index < 0 || size_t(dim_index) >= signature.size()) return kTfLiteError;
  *dim_length = signature[size_t(dim_index)];
  return kTfLiteOk;
}
int TfLiteOpaqueTensorIsVariable(const TfLiteOpaqueTensor* t) {
  return t && plain(t)->is_variable ? 1 : 0;
}
size_t TfLiteOpaqueTensorByteSize(const TfLiteOpaqueTensor* t) {
  return TfLiteTensorByteSize(plain(t));
}
void* TfLiteOpaqueTensorData(const TfLiteOpaqueTensor* t) { return TfLiteTensorData(plain(t)); }
const char* TfLiteOpaqueTensorName(const TfLiteOpaqueTensor* t) {
  return TfLiteTensorName(plain(t));
}
TfLiteAllocationType TfLiteOpaqueTensorGetAllocationType(const TfLiteOpaqueTensor* t) {
  return t ? plain(t)->allocation_type : kTfLiteMemNone;
}
TfLiteAllocationStrategy TfLiteOpaqueTensorGetAllocationStrategy(const TfLiteOpaqueTensor* t) {
  return TfLiteTensorGetAllocationStrategy(plain(t));
}
TfLiteRunStability TfLiteOpaqueTensorGetBufferAddressStability(const TfLiteOpaqueTensor* t) {
  return TfLiteTensorGetBufferAddressStability(plain(t));
}
TfLiteRunStability TfLiteOpaqueTensorGetDataStability(const TfLiteOpaqueTensor* t) {
  return TfLiteTensorGetDataStability(plain(t));
}
TfLiteRunStep TfLiteOpaqueTensorGetDataKnownStep(const TfLiteOpaqueTensor* t) {
  return TfLiteTensorGetDataKnownStep(plain(t));
}
TfLiteRunStep TfLiteOpaqueTensorGetShapeKnownStep(const TfLiteOpaqueTensor* t) {
  return TfLiteTensorGetShapeKnownStep(plain(t));
}
TfLiteQuantization TfLiteOpaqueTensorGetQuantization(const TfLiteOpaqueTensor* t) {
  return t ? plain(t)->quantization : TfLiteQuantization{kTfLiteNoQuantization, nullptr};
}
TfLiteQuantizationParams TfLiteOpaqueTensorGetQuantizationParams(const TfLiteOpaqueTensor* t) {
  return TfLiteTensorQuantizationParams(plain(t));
}
TfLiteStatus TfLiteOpaqueTensorCopyFromBuffer(TfLiteOpaqueTensor* t, const void* input_data,
                                              size_t input_data_size) {
  return TfLiteTensorCopyFromBuffer(plain(t), input_data, input_data_size);
}
TfLiteStatus TfLiteOpaqueTensorCopyToBuffer(const TfLiteOpaqueTensor* t, void* output_data,
                                            size_t output_data_size) {
  return TfLiteTensorCopyToBuffer(plain(t), output_data, output_data_size);
}
void TfLiteOpaqueTensorSetAllocationTypeToDynamic(TfLiteOpaqueTensor* t) {
  if (t && plain(t)->allocation_type != kTfLiteMmapRo)
    samara::tflite_abi::Tensors::make_dynamic(*plain(t));
}

namespace {

samara::Result<std::vector<std::string_view>> strings_of(const TfLiteTensor* t) {
  if (!t || t->type != kTfLiteString || !t->data.raw)
    return samara::Error(samara::Code::invalid_argument, "holds no strings");
  return samara::unpack_strings({reinterpret_cast<const std::byte*>(t->data.raw), t->bytes});
}

TfLiteStatus write(TfLiteTensor* t, std::span<const std::string> strings) {
  if (!t || t->type != kTfLiteString || t->allocation_type != kTfLiteDynamic) return kTfLiteError;
  uint64_t bytes = 8;
  for (const std::string& s : strings) bytes += 4 + s.size();
  if (bytes > uint64_t(INT_MAX)) return kTfLiteError;
  const auto packed = samara::pack_strings(strings);
  const int32_t count = int32_t(strings.size());
  if (TfLiteTensorRealloc(packed.size(), t) != kTfLiteOk) return kTfLiteError;
  std::memcpy(t->data.raw, packed.data(), packed.size());
  return samara::tflite_abi::Tensors::set_dims(*t, {&count, 1}) ? kTfLiteOk : kTfLiteError;
}

}  // namespace

int TfLiteOpaqueTensorGetStringCount(const TfLiteOpaqueTensor* tensor) {
  const auto strings = strings_of(plain(tensor));
  return strings.ok() ? int(strings->size()) : -1;
}
TfLiteStatus TfLiteOpaqueTensorGetString(const TfLiteOpaqueTensor* tensor, int index,
                                         const char** str, int* len) {
  const auto strings = strings_of(plain(tensor));
  if (!strings.ok() || !str || !len || index < 0 || size_t(index) >= strings->size())
    return kTfLiteError;
  *str = (*strings)[size_t(index)].data();
  *len = int((*strings)[size_t(index)].size());
  return kTfLiteOk;
}
TfLiteStatus TfLiteOpaqueTensorWriteStrings(TfLiteOpaqueTensor* tensor,
                                            const char* const* str_array, int str_array_len,
                                            const int* str_n_len) {
  if (str_array_len < 0 || (str_array_len > 0 && (!str_array || !str_n_len))) return kTfLiteError;
  std::vector<std::string> strings;
  for (int i = 0; i < str_array_len; ++i) {
    if (str_n_len[i] < 0 || !str_array[i]) return kTfLiteError;
    strings.emplace_back(str_array[i], size_t(str_n_len[i]));
  }
  return write(plain(tensor), strings);
}
TfLiteStatus TfLiteOpaqueTensorWriteString(TfLiteOpaqueTensor* tensor, const char* str, int len) {
  return TfLiteOpaqueTensorWriteStrings(tensor, &str, 1, &len);
}

TfLiteOpaqueTensorBuilder* TfLiteOpaqueTensorBuilderCreate(void) {
  return new TfLiteOpaqueTensorBuilder;
}
void TfLiteOpaqueTensorBuilderDelete(TfLiteOpaqueTensorBuilder* builder) { delete builder; }
TfLiteOpaqueTensorBuilder* TfLiteOpaqueTensorBuilderSetType(TfLiteOpaqueTensorBuilder* builder,
                                                            TfLiteType type) {
  if (builder) builder->type = type;
  return builder;
}
TfLiteOpaqueTensorBuilder* TfLiteOpaqueTensorBuilderSetData(TfLiteOpaqueTensorBuilder* builder,
                                                            void* data) {
  if (builder) builder->data = data;
  return builder;
}
TfLiteOpaqueTensorBuilder* TfLiteOpaqueTensorBuilderSetAllocationType(
    TfLiteOpaqueTensorBuilder* builder, TfLiteAllocationType allocation_type) {
  if (builder) builder->allocation_type = allocation_type;
  return builder;
}
TfLiteOpaqueTensorBuilder* TfLiteOpaqueTensorBuilderSetQuantizationParams(
    TfLiteOpaqueTensorBuilder* builder, TfLiteQuantizationParams params) {
  if (builder) builder->params = params;
  return builder;
}
TfLiteOpaqueTensorBuilder* TfLiteOpaqueTensorBuilderSetQuantization(
    TfLiteOpaqueTensorBuilder* builder, TfLiteQuantization quantization) {
  if (builder) builder->quantization = quantization;
  return builder;
}
