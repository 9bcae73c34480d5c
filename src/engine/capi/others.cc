// Names that programs link against and that have little behind them: boxes of asynchronous kernels,
// accessors of telemetry, the plugin of the XNNPACK delegate, and what the JVM's library asks first.
#include "tensorflow/lite/core/async/c/types.h"
#include "tensorflow/lite/delegates/xnnpack/xnnpack_delegate.h"
#include "tensorflow/lite/profiling/telemetry/c/telemetry_setting.h"

struct TfLiteBackendBuffer {
  void* pointer = nullptr;
};
struct TfLiteSynchronization {
  void* pointer = nullptr;
};

TfLiteBackendBuffer* TfLiteBackendBufferCreate(void) { return new TfLiteBackendBuffer; }
void TfLiteBackendBufferDelete(TfLiteBackendBuffer* buf) { delete buf; }
void TfLiteBackendBufferSetPtr(TfLiteBackendBuffer* buf, void* ptr) {
  if (buf) buf->pointer = ptr;
}
void* TfLiteBackendBufferGetPtr(const TfLiteBackendBuffer* buf) {
  return buf ? buf->pointer : nullptr;
}
TfLiteSynchronization* TfLiteSynchronizationCreate(void) { return new TfLiteSynchronization; }
void TfLiteSynchronizationDelete(TfLiteSynchronization* sync) { delete sync; }
void TfLiteSynchronizationSetPtr(TfLiteSynchronization* sync, void* ptr) {
  if (sync) sync->pointer = ptr;
}
void* TfLiteSynchronizationGetPtr(const TfLiteSynchronization* sync) {
  return sync ? sync->pointer : nullptr;
}

const int32_t* TfLiteTelemetryConversionMetadataGetModelOptimizationModes(
    const TfLiteTelemetryConversionMetadata*) {
  return nullptr;
}
size_t TfLiteTelemetryConversionMetadataGetNumModelOptimizationModes(
    const TfLiteTelemetryConversionMetadata*) {
  return 0;
}
const TfLiteTelemetryConversionMetadata* TfLiteTelemetryInterpreterSettingsGetConversionMetadata(
    const TfLiteTelemetryInterpreterSettings*) {
  return nullptr;
}
size_t TfLiteTelemetryInterpreterSettingsGetNumSubgraphInfo(
    const TfLiteTelemetryInterpreterSettings*) {
  return 0;
}
const TfLiteTelemetrySubgraphInfo* TfLiteTelemetryInterpreterSettingsGetSubgraphInfo(
    const TfLiteTelemetryInterpreterSettings*) {
  return nullptr;
}
size_t TfLiteTelemetrySubgraphInfoGetNumQuantizations(const TfLiteTelemetrySubgraphInfo*) {
  return 0;
}
const int32_t* TfLiteTelemetrySubgraphInfoGetQuantizations(const TfLiteTelemetrySubgraphInfo*) {
  return nullptr;
}
size_t TfLiteTelemetryGpuDelegateSettingsGetNumNodesDelegated(
    const TfLiteTelemetryGpuDelegateSettings*) {
  return 0;
}
int TfLiteTelemetryGpuDelegateSettingsGetBackend(const TfLiteTelemetryGpuDelegateSettings*) {
  return 0;
}

namespace {

/// The table that acceleration libraries ask a delegate's library for. Settings are a flatbuffers
/// table of theirs, of which nothing applies here.
struct DelegatePlugin {
  TfLiteDelegate* (*create)(const void* settings);
  void (*destroy)(TfLiteDelegate* delegate);
  int (*last_error)(TfLiteDelegate* delegate);
};
constexpr DelegatePlugin kPlugin = {
    [](const void*) { return TfLiteXNNPackDelegateCreate(nullptr); }, TfLiteXNNPackDelegateDelete,
    [](TfLiteDelegate*) { return 0; }};

}  // namespace

extern "C" {
TFL_CAPI_EXPORT const void* TfLiteXnnpackDelegatePluginCApi(void);
TFL_CAPI_EXPORT int TfLiteCheckInitializedOrThrow(void* jni_environment);
}
const void* TfLiteXnnpackDelegatePluginCApi(void) { return &kPlugin; }
/// There is nothing to initialize.
int TfLiteCheckInitializedOrThrow(void*) { return 1; }
