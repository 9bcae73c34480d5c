// A device: options, files, updates, and what the library calls back.
#include <algorithm>
#include <memory>

#include "env.h"

namespace samara::java {
namespace {

/// A device and the object that hears of it.
struct OpenDevice {
  samara_device* device = nullptr;
  jobject upcalls = nullptr;
};

OpenDevice* open_of(jlong handle) { return from_handle<OpenDevice>(handle); }

// --- calls back ----------------------------------------------------------------------------------

void tell_state(void* user, samara_device_state* state) {
  JNIEnv* env = env_of_thread();
  const Frame frame(env);
  if (!frame) return;
  const auto values =
      static_cast<jlongArray>(env->CallObjectMethod(static_cast<jobject>(user), java.state));
  if (!values || env->ExceptionCheck()) return;
  jlong known[8] = {};
  env->GetLongArrayRegion(values, 0, 8, known);
  int* const flags[] = {&state->network,        &state->metered, &state->roaming,
                        &state->charging,       &state->idle,    &state->background,
                        &state->battery_percent};
  for (size_t i = 0; i < std::size(flags); ++i) *flags[i] = static_cast<int>(known[i]);
  state->free_bytes = known[7];
}

void tell_progress(void* user, const char* model, uint64_t bytes, uint64_t total, double rate) {
  JNIEnv* env = env_of_thread();
  const Frame frame(env);
  if (!frame) return;
  if (const jbyteArray name = bytes_of(env, model))
    env->CallVoidMethod(static_cast<jobject>(user), java.progress, name, static_cast<jlong>(bytes),
                        static_cast<jlong>(total), rate);
}

void tell_event(void* user, const char* model, const char* state, const char* event,
                const char* next, const char* why) {
  JNIEnv* env = env_of_thread();
  const Frame frame(env);
  if (!frame) return;
  const char* texts[] = {model, state, event, next, why};
  jvalue values[std::size(texts)] = {};
  for (size_t i = 0; i < std::size(texts); ++i)
    if (!(values[i].l = bytes_of(env, texts[i]))) return;
  env->CallVoidMethodA(static_cast<jobject>(user), java.event, values);
}

void tell_ready(void* user, const samara_files* files, samara_status status) {
  const auto ready = static_cast<jobject>(user);
  JNIEnv* env = env_of_thread();
  if (const Frame frame(env); frame) {
    const jobject file = files ? file_of(env, samara_files_at(files, 0)) : nullptr;
    const jbyteArray message = bytes_of(env, files ? "" : samara_device_message());
    if (message)
      env->CallStaticVoidMethod(java.upcalls, java.ready, ready, file, jint{status}, message);
  }
  if (env) env->DeleteGlobalRef(ready);
}

// --- options -------------------------------------------------------------------------------------

samara_status set_all(JNIEnv* env, samara_options* made, jobjectArray options,
                      jobjectArray bundled) {
  const auto settings = texts_of(env, options);
  for (size_t i = 0; i + 1 < settings.size(); i += 2) {
    const samara_status status = samara_options_set(made, settings[i].get(), settings[i + 1].get());
    if (status != SAMARA_OK) return status;
  }
  const auto models = texts_of(env, bundled);
  for (size_t i = 0; i + 2 < models.size(); i += 3) {
    const samara_status status =
        samara_options_bundle(made, models[i].get(), models[i + 1].get(), models[i + 2].get());
    if (status != SAMARA_OK) return status;
  }
  return SAMARA_OK;
}

/// The conditions of a long[9] in their order; null stays null.
class Conditions {
 public:
  Conditions(JNIEnv* env, jlongArray array) : given_(array) {
    if (!array) return;
    jlong v[9] = {};
    env->GetLongArrayRegion(array, 0, 9, v);
    int* const flags[] = {&value_.wifi,       &value_.unmetered,      &value_.cellular,
                          &value_.roaming,    &value_.charging,       &value_.idle,
                          &value_.background, &value_.battery_percent};
    for (size_t i = 0; i < std::size(flags); ++i) *flags[i] = static_cast<int>(v[i]);
    value_.free_bytes = static_cast<uint64_t>(std::max<jlong>(v[8], 0));
  }
  const samara_conditions* get() const { return given_ ? &value_ : nullptr; }

 private:
  bool given_;
  samara_conditions value_ = {};
};

jlong new_device(JNIEnv* env, jclass, jobjectArray options, jobjectArray bundled, jlongArray first,
                 jlongArray updates, jobject upcalls, jboolean has_state) {
  auto out = std::make_unique<OpenDevice>();
  out->upcalls = env->NewGlobalRef(upcalls);
  samara_options* made = samara_options_new();
  samara_status status = set_all(env, made, options, bundled);
  if (status == SAMARA_OK)
    status = samara_options_conditions(made, Conditions(env, first).get(),
                                       Conditions(env, updates).get());
  if (has_state) samara_options_on_state(made, tell_state, out->upcalls);
  samara_options_on_progress(made, tell_progress, out->upcalls);
  samara_options_on_event(made, tell_event, out->upcalls);
  if (status == SAMARA_OK) status = samara_device_new(made, &out->device);
  const bool bad = failed(env, status);
  samara_options_free(made);
  if (!bad) return handle_of(out.release());
  env->DeleteGlobalRef(out->upcalls);
  return 0;
}

void free_device(JNIEnv* env, jclass, jlong handle) {
  OpenDevice* open = open_of(handle);
  samara_device_free(open->device);
  env->DeleteGlobalRef(open->upcalls);
  delete open;
}

// --- files ---------------------------------------------------------------------------------------

jobject get(JNIEnv* env, jclass, jlong handle, jbyteArray model, jint policy,
            jlongArray conditions) {
  samara_files* files = nullptr;
  const samara_status status = samara_device_get(device_of(handle), Text(env, model).get(),
                                                 static_cast<samara_policy>(policy),
                                                 Conditions(env, conditions).get(), &files);
  return failed(env, status) ? nullptr : first_of(env, files);
}

jobject get_with_fallback(JNIEnv* env, jclass, jlong handle, jbyteArray model, jbyteArray version,
                          jbyteArray path, jint policy) {
  samara_files* files = nullptr;
  const samara_status status = samara_device_get_with_fallback(
      device_of(handle), Text(env, model).get(), Text(env, version).get(), Text(env, path).get(),
      static_cast<samara_policy>(policy), &files);
  return failed(env, status) ? nullptr : first_of(env, files);
}

jobject get_from_url(JNIEnv* env, jclass, jlong handle, jbyteArray url, jbyteArray sha256,
                     jbyteArray key, jbyteArray name, jint policy) {
  samara_files* files = nullptr;
  const samara_status status = samara_device_get_from_url(
      device_of(handle), Text(env, url).get(), Text(env, sha256).get(), Text(env, key).get(),
      Text(env, name).get(), static_cast<samara_policy>(policy), &files);
  return failed(env, status) ? nullptr : first_of(env, files);
}

template <auto function>
jobject file(JNIEnv* env, jclass, jlong handle, jbyteArray model) {
  samara_files* files = nullptr;
  const samara_status status = function(device_of(handle), Text(env, model).get(), &files);
  return failed(env, status) ? nullptr : first_of(env, files);
}

jobjectArray list(JNIEnv* env, jclass, jlong handle) {
  samara_files* files = nullptr;
  if (failed(env, samara_device_list(device_of(handle), &files))) return nullptr;
  const auto count = static_cast<jsize>(samara_files_count(files));
  jobjectArray out = env->NewObjectArray(count, java.file, nullptr);
  for (jsize i = 0; out && i < count; ++i) {
    const jobject one = file_of(env, samara_files_at(files, static_cast<size_t>(i)));
    if (!one) break;  // an exception is pending
    env->SetObjectArrayElement(out, i, one);
    env->DeleteLocalRef(one);
  }
  samara_files_free(files);
  return out;
}

template <auto function>
jboolean flag(JNIEnv* env, jclass, jlong handle, jbyteArray model) {
  int out = 0;
  failed(env, function(device_of(handle), Text(env, model).get(), &out));
  return out != 0;
}

// --- updates -------------------------------------------------------------------------------------

void when_ready(JNIEnv* env, jclass, jlong handle, jbyteArray model, jobject ready) {
  const jobject kept = env->NewGlobalRef(ready);
  const samara_status status =
      samara_device_when_ready(device_of(handle), Text(env, model).get(), tell_ready, kept);
  if (failed(env, status)) env->DeleteGlobalRef(kept);
}

template <auto function>
void act(JNIEnv* env, jclass, jlong handle, jbyteArray model) {
  failed(env, function(device_of(handle), Text(env, model).get()));
}

template <auto function>
void act_with(JNIEnv* env, jclass, jlong handle, jbyteArray model, jbyteArray text) {
  failed(env, function(device_of(handle), Text(env, model).get(), Text(env, text).get()));
}

void prefetch(JNIEnv* env, jclass, jlong handle, jobjectArray models) {
  const auto texts = texts_of(env, models);
  std::vector<const char*> names;
  for (const Text& text : texts) names.push_back(text.get());
  failed(env, samara_device_prefetch(device_of(handle), names.data(), names.size()));
}

void wait_for_updates(JNIEnv* env, jclass, jlong handle) {
  failed(env, samara_device_wait(device_of(handle)));
}

jbyteArray explain(JNIEnv* env, jclass, jlong handle, jbyteArray model) {
  char* text = nullptr;
  if (failed(env, samara_device_explain(device_of(handle), Text(env, model).get(), &text)))
    return nullptr;
  const jbyteArray out = bytes_of(env, text);
  samara_text_free(text);
  return out;
}

}  // namespace

samara_device* device_of(jlong handle) { return open_of(handle)->device; }

std::vector<JNINativeMethod> device_methods() {
  return {
      method("newDevice", "([[B[[B[J[JLdev/samara/device/Upcalls;Z)J", new_device),
      method("freeDevice", "(J)V", free_device),
      method("get", "(J[BI[J)Ldev/samara/device/ModelFile;", get),
      method("getWithFallback", "(J[B[B[BI)Ldev/samara/device/ModelFile;", get_with_fallback),
      method("getFromUrl", "(J[B[B[B[BI)Ldev/samara/device/ModelFile;", get_from_url),
      method("latestFile", "(J[B)Ldev/samara/device/ModelFile;", file<samara_device_latest_file>),
      method("list", "(J)[Ldev/samara/device/ModelFile;", list),
      method("details", "(J[B)Ldev/samara/device/ModelFile;", file<samara_device_details>),
      method("isDownloaded", "(J[B)Z", flag<samara_device_is_downloaded>),
      method("isReady", "(J[B)Z", flag<samara_device_is_ready>),
      method("isUpdateAvailable", "(J[B)Z", flag<samara_device_is_update_available>),
      method("whenReady", "(J[BLdev/samara/device/Upcalls$Ready;)V", when_ready),
      method("update", "(J[B)V", act<samara_device_update>),
      method("prefetch", "(J[[B)V", prefetch),
      method("waitForUpdates", "(J)V", wait_for_updates),
      method("cancel", "(J[B)V", act<samara_device_cancel>),
      method("delete", "(J[B)V", act<samara_device_delete>),
      method("pin", "(J[B[B)V", act_with<samara_device_pin>),
      method("confirm", "(J[B)V", act<samara_device_confirm>),
      method("rollBack", "(J[B[B)V", act_with<samara_device_roll_back>),
      method("explain", "(J[B)[B", explain),
  };
}

}  // namespace samara::java
