// Tensors: the last functions of c_api.h.
#include <cstring>

#include "tensorflow/lite/core/c/c_api.h"
#include "tensorflow/lite/core/c/common.h"

TfLiteType TfLiteTensorType(const TfLiteTensor* tensor) {
  return tensor ? tensor->type : kTfLiteNoType;
}
int32_t TfLiteTensorNumDims(const TfLiteTensor* tensor) {
  return tensor && tensor->dims ? tensor->dims->size : -1;
}
int32_t TfLiteTensorDim(const TfLiteTensor* tensor, int32_t dim_index) {
  if (!tensor || !tensor->dims || dim_index < 0 || dim_index >= tensor->dims->size) return -1;
  return tensor->dims->data[dim_index];
}
size_t TfLiteTensorByteSize(const TfLiteTensor* tensor) { return tensor ? tensor->bytes : 0; }
void* TfLiteTensorData(const TfLiteTensor* tensor) { return tensor ? tensor->data.data : nullptr; }
const char* TfLiteTensorName(const TfLiteTensor* tensor) { return tensor ? tensor->name : nullptr; }
TfLiteQuantizationParams TfLiteTensorQuantizationParams(const TfLiteTensor* tensor) {
  return tensor ? tensor->params : TfLiteQuantizationParams{0, 0};
}

TfLiteStatus TfLiteTensorCopyFromBuffer(TfLiteTensor* tensor, const void* input_data,
                                        size_t input_data_size) {
  if (!tensor || tensor->bytes != input_data_size) return kTfLiteError;
  if (tensor->allocation_type == kTfLiteMmapRo) return kTfLiteError;  // a constant of the model
  if (input_data_size == 0) return kTfLiteOk;
  if (!input_data || !tensor->data.data) return kTfLiteError;
  std::memcpy(tensor->data.data, input_data, input_data_size);
  return kTfLiteOk;
}
TfLiteStatus TfLiteTensorCopyToBuffer(const TfLiteTensor* output_tensor, void* output_data,
                                      size_t output_data_size) {
  if (!output_tensor || output_tensor->bytes != output_data_size) return kTfLiteError;
  if (output_data_size == 0) return kTfLiteOk;
  if (!output_data || !output_tensor->data.data) return kTfLiteError;
  std::memcpy(output_data, output_tensor->data.data, output_data_size);
  return kTfLiteOk;
}
