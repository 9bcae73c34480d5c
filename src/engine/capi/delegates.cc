// Delegates that programs name and that are our own choices here, and those in shared objects.
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/shared_library.h"
#include "base/try.h"
#include "engine/capi/interpreter.h"
#include "tensorflow/lite/delegates/coreml/coreml_delegate.h"
#include "tensorflow/lite/delegates/external/external_delegate.h"
#include "tensorflow/lite/delegates/gpu/delegate.h"
#include "tensorflow/lite/delegates/nnapi/nnapi_delegate_c_api.h"
#include "tensorflow/lite/delegates/xnnpack/xnnpack_delegate.h"

namespace samara::capi {
namespace {

/// A delegate of ours that claims nothing; it brings a number of threads.
struct Mapped {
  TfLiteDelegate delegate{};
  int threads = 0;
};

TfLiteStatus claim_nothing(TfLiteContext*, TfLiteDelegate*) { return kTfLiteOk; }

TfLiteDelegate* make(int threads, const char* what) {
  say_once(what);
  auto* const m = new Mapped;
  m->delegate.data_ = m;
  m->delegate.Prepare = claim_nothing;
  m->threads = threads;
  return &m->delegate;
}

void destroy(TfLiteDelegate* delegate) {
  if (delegate && is_mapped(*delegate)) delete static_cast<Mapped*>(delegate->data_);
}

}  // namespace

bool is_mapped(const TfLiteDelegate& delegate) { return delegate.Prepare == claim_nothing; }

int mapped_threads(const TfLiteDelegate& delegate) {
  return is_mapped(delegate) ? static_cast<const Mapped*>(delegate.data_)->threads : 0;
}

}  // namespace samara::capi

using samara::capi::destroy;
using samara::capi::make;

namespace {

constexpr char kXnnpack[] =
    "the XNNPACK delegate is Samara's own kernels, which give its numbers; only its number of "
    "threads is taken";
constexpr char kGpu[] = "there is no GPU delegate here; the model runs on the CPU";
constexpr char kNnapi[] = "there is no NNAPI here; the model runs on the CPU";
constexpr char kCoreMl[] = "there is no Core ML here; no delegate is made";

}  // namespace

// As much of TfLiteXNNPackDelegateOptions as every layout has, and all of it that is read.
struct XnnpackBeginning {
  int32_t num_threads;
  uint32_t zeros[5];
};
static_assert(sizeof(XnnpackBeginning) == 24);

// Declared with the whole structure, which callers of older layouts have not set memory aside for.
extern "C" TFL_CAPI_EXPORT XnnpackBeginning
samara_xnnpack_options_default(void) __asm__("TfLiteXNNPackDelegateOptionsDefault");
XnnpackBeginning samara_xnnpack_options_default(void) { return {1, {}}; }

TfLiteDelegate* TfLiteXNNPackDelegateCreate(const TfLiteXNNPackDelegateOptions* options) {
  return make(options ? options->num_threads : 0, kXnnpack);
}
TfLiteDelegate* TfLiteXNNPackDelegateCreateWithThreadpool(
    const TfLiteXNNPackDelegateOptions* options, TfLiteContext*) {
  return TfLiteXNNPackDelegateCreate(options);
}
void* TfLiteXNNPackDelegateGetThreadPool(TfLiteDelegate*) { return nullptr; }
int TfLiteXNNPackDelegateGetFlags(TfLiteDelegate*) { return 0; }
void TfLiteXNNPackDelegateDelete(TfLiteDelegate* delegate) { destroy(delegate); }

struct TfLiteXNNPackDelegateWeightsCache {};
TfLiteXNNPackDelegateWeightsCache* TfLiteXNNPackDelegateWeightsCacheCreate(void) {
  return new TfLiteXNNPackDelegateWeightsCache;
}
TfLiteXNNPackDelegateWeightsCache* TfLiteXNNPackDelegateWeightsCacheCreateWithSize(size_t) {
  return TfLiteXNNPackDelegateWeightsCacheCreate();
}
bool TfLiteXNNPackDelegateWeightsCacheFinalizeSoft(TfLiteXNNPackDelegateWeightsCache* cache) {
  return cache != nullptr;
}
bool TfLiteXNNPackDelegateWeightsCacheFinalizeHard(TfLiteXNNPackDelegateWeightsCache* cache) {
  return cache != nullptr;
}
void TfLiteXNNPackDelegateWeightsCacheDelete(TfLiteXNNPackDelegateWeightsCache* cache) {
  delete cache;
}

TfLiteGpuDelegateOptionsV2 TfLiteGpuDelegateOptionsV2Default(void) {
  TfLiteGpuDelegateOptionsV2 o = {};
  o.inference_priority1 = TFLITE_GPU_INFERENCE_PRIORITY_MAX_PRECISION;
  o.max_delegated_partitions = 1;
  return o;
}
TfLiteDelegate* TfLiteGpuDelegateV2Create(const TfLiteGpuDelegateOptionsV2*) {
  return make(0, kGpu);
}
void TfLiteGpuDelegateV2Delete(TfLiteDelegate* delegate) { destroy(delegate); }

TfLiteNnapiDelegateOptions TfLiteNnapiDelegateOptionsDefault(void) {
  TfLiteNnapiDelegateOptions o = {};
  o.execution_preference = -1;
  o.disallow_nnapi_cpu = 1;
  o.max_number_delegated_partitions = 3;
  return o;
}
TfLiteDelegate* TfLiteNnapiDelegateCreate(const TfLiteNnapiDelegateOptions*) {
  return make(0, kNnapi);
}
void TfLiteNnapiDelegateDelete(TfLiteDelegate* delegate) { destroy(delegate); }

TfLiteDelegate* TfLiteCoreMlDelegateCreate(const TfLiteCoreMlDelegateOptions*) {
  samara::capi::say_once(kCoreMl);
  return nullptr;
}
void TfLiteCoreMlDelegateDelete(TfLiteDelegate* delegate) { destroy(delegate); }

namespace {

using CreatePlugin = TfLiteDelegate*(char**, char**, size_t, void (*)(const char*));
using DestroyPlugin = void(TfLiteDelegate*);

/// Delegates that plugins made, and the function that takes each back.
struct Plugins {
  std::mutex guard;
  std::map<TfLiteDelegate*, DestroyPlugin*> made;
};
Plugins& plugins() {
  static Plugins all;
  return all;
}

void report_plain(const char* text) { samara::capi::Reporter{}(text ? text : ""); }

}  // namespace

TfLiteStatus TfLiteExternalDelegateOptionsInsert(TfLiteExternalDelegateOptions* options,
                                                 const char* key, const char* value) {
  if (!options || !key || options->count < 0 || options->count >= kExternalDelegateMaxOptions)
    return kTfLiteError;
  options->keys[options->count] = key;
  options->values[options->count] = value;
  ++options->count;
  return kTfLiteOk;
}

TfLiteExternalDelegateOptions TfLiteExternalDelegateOptionsDefault(const char* lib_path) {
  TfLiteExternalDelegateOptions o = {};
  o.lib_path = lib_path;
  o.insert = TfLiteExternalDelegateOptionsInsert;
  return o;
}

namespace {

samara::Result<TfLiteDelegate*> load(const TfLiteExternalDelegateOptions& options) {
  if (!options.lib_path)
    return samara::Error(samara::Code::invalid_argument, "no library is named");
  TRY_SET(samara::SharedLibrary library, samara::SharedLibrary::load(options.lib_path));
  CreatePlugin* create = nullptr;
  DestroyPlugin* destroy_plugin = nullptr;
  library.find("tflite_plugin_create_delegate", create);
  library.find("tflite_plugin_destroy_delegate", destroy_plugin);
  TRY(library.complete());
  std::vector<char*> keys, values;
  for (int i = 0; i < options.count; ++i) {
    keys.push_back(const_cast<char*>(options.keys[i]));
    values.push_back(const_cast<char*>(options.values[i]));
  }
  TfLiteDelegate* const made = create(keys.data(), values.data(), keys.size(), report_plain);
  if (!made) return samara::Error(samara::Code::unavailable, "the library made no delegate");
  const std::lock_guard lock(plugins().guard);
  plugins().made[made] = destroy_plugin;
  return made;
}

}  // namespace

TfLiteDelegate* TfLiteExternalDelegateCreate(const TfLiteExternalDelegateOptions* options) {
  if (!options || options->count < 0 || options->count > kExternalDelegateMaxOptions) {
    report_plain("an external delegate needs options with at most 256 keys");
    return nullptr;
  }
  const auto made = load(*options);
  if (made.ok()) return *made;
  report_plain(("Failed to load delegate from " +
                std::string(options->lib_path ? options->lib_path : "(null)") + ": " +
                made.error().brief())
                   .c_str());
  return nullptr;
}

void TfLiteExternalDelegateDelete(TfLiteDelegate* delegate) {
  DestroyPlugin* destroy_plugin = nullptr;
  {
    const std::lock_guard lock(plugins().guard);
    const auto found = plugins().made.find(delegate);
    if (found == plugins().made.end()) return;
    destroy_plugin = found->second;
    plugins().made.erase(found);
  }
  destroy_plugin(delegate);
}
