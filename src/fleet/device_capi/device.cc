// A device and its models' files.
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/text.h"
#include "fleet/device_capi/handles.h"

namespace samara::device_capi {
namespace {

/// The default device. Calls that found it keep it in being until they return.
struct Default {
  std::mutex mutex;
  samara_device* device = nullptr;
};
Default& the_default() {
  static Default out;
  return out;
}

samara_status make(const samara_options* options, samara_device** out) {
  if (!options) return missing("options");
  auto made = std::make_unique<samara_device>();
  agent::Device::Options copy = options->device;
  if (options->state) {
    made->state = std::make_unique<CallbackState>(options->state, options->state_user);
    copy.state = made->state.get();
  }
  if (options->told_state) {
    made->told_state = std::make_unique<ToldState>(*options->told_state);
    copy.state = made->told_state.get();
  }
  // Downloads report from several threads; the app hears of one thing at a time.
  if (auto tell = std::move(copy.manager.on_progress))
    copy.manager.on_progress = [tell, device = made.get()](const auto& model, const auto& what) {
      const std::lock_guard lock(device->told);
      tell(model, what);
    };
  if (auto tell = std::move(copy.manager.on_decision))
    copy.manager.on_decision = [tell, device = made.get()](const auto& model, const auto& what) {
      const std::lock_guard lock(device->told);
      tell(model, what);
    };
  auto device = agent::Device::create(std::move(copy));
  if (!device.ok()) return status_of(device.error());
  made->device = std::move(*device);
  *out = made.release();
  return SAMARA_OK;
}

/// Calls f with the manager that is meant and the model's name.
template <class F>
samara_status with(samara_device* device, const char* model, F&& f) {
  if (!model) return missing("the model's name");
  samara_device* found = nullptr;
  if (const samara_status status = find(device, &found); status != SAMARA_OK) return status;
  return f(found->manager(), std::string(model));
}

samara_status give(const Result<bool>& truth, int* out) {
  if (!truth.ok()) return status_of(truth.error());
  *out = *truth ? 1 : 0;
  return SAMARA_OK;
}

samara_status check(samara_policy policy) {
  if (policy >= SAMARA_LOCAL_MODEL && policy <= SAMARA_LATEST_MODEL) return SAMARA_OK;
  return fail(SAMARA_INVALID_ARGUMENT, cat("there is no policy ", static_cast<int>(policy)));
}

}  // namespace

samara_status find(samara_device* given, samara_device** out) {
  *out = given;
  if (given) return SAMARA_OK;
  Default& d = the_default();
  const std::lock_guard lock(d.mutex);
  if (!d.device)
    return fail(SAMARA_NOT_INITIALIZED,
                "samara_device_initialize() has not been called, or the device was shut down");
  *out = d.device;
  return SAMARA_OK;
}

samara_files* files_of(std::vector<delivery::ModelFile> files) {
  auto out = std::make_unique<samara_files>();
  for (delivery::ModelFile& f : files) {
    const std::string state(f.path.empty() ? "offered" : delivery::name(f.slot));
    auto& one = out->files.emplace_back(samara_files::One{std::move(f.name), std::move(f.version),
                                                          std::move(f.path), std::move(f.sha256),
                                                          std::move(f.source), state});
    one.view = {one.name.c_str(),   one.version.c_str(), one.path.c_str(), one.sha256.c_str(),
                one.source.c_str(), one.state.c_str(),   f.size,           f.proven};
  }
  return out.release();
}

samara_status give(Result<delivery::ModelFile> file, samara_files** out) {
  if (!file.ok()) return status_of(file.error());
  std::vector<delivery::ModelFile> one;
  one.push_back(std::move(*file));
  *out = files_of(std::move(one));
  return SAMARA_OK;
}

}  // namespace samara::device_capi

using namespace samara;  // NOLINT: the functions below are C's
using namespace samara::device_capi;
using agent::ModelManager;
using agent::Policy;

samara_status samara_device_new(const samara_options* options, samara_device** out) {
  return out ? make(options, out) : missing("out");
}

void samara_device_free(samara_device* device) { delete device; }

samara_status samara_device_initialize(const samara_options* options) {
  Default& d = the_default();
  const std::lock_guard lock(d.mutex);
  if (d.device)
    return fail(SAMARA_FAILED_PRECONDITION, "the default device is initialised already");
  return make(options, &d.device);
}

void samara_device_shutdown(void) {
  Default& d = the_default();
  samara_device* device = nullptr;
  {
    const std::lock_guard lock(d.mutex);
    device = std::exchange(d.device, nullptr);
  }
  delete device;
}

samara_status samara_device_tell_state(samara_device* device, const samara_device_state* state) {
  if (!state) return missing("the state");
  samara_device* found = nullptr;
  if (const samara_status status = find(device, &found); status != SAMARA_OK) return status;
  if (!found->told_state)
    return fail(SAMARA_FAILED_PRECONDITION, "the device was not made to be told its state");
  found->told_state->tell(*state);
  found->manager().retry_now();
  return SAMARA_OK;
}

size_t samara_files_count(const samara_files* files) { return files ? files->files.size() : 0; }

const samara_file* samara_files_at(const samara_files* files, size_t i) {
  if (i >= samara_files_count(files)) return nullptr;
  return &std::next(files->files.begin(), static_cast<ptrdiff_t>(i))->view;
}

void samara_files_free(samara_files* files) { delete files; }

samara_status samara_device_get(samara_device* device, const char* model, samara_policy policy,
                                const samara_conditions* conditions, samara_files** out) {
  if (!out) return missing("out");
  if (const samara_status status = check(policy); status != SAMARA_OK) return status;
  return with(device, model, [&](ModelManager& manager, const std::string& name) {
    const auto how = static_cast<Policy>(policy);
    return give(
        conditions ? manager.get(name, how, conditions_of(*conditions)) : manager.get(name, how),
        out);
  });
}

samara_status samara_device_get_with_fallback(samara_device* device, const char* model,
                                              const char* version, const char* path,
                                              samara_policy policy, samara_files** out) {
  if (!version || !path || !out) return missing("version, path or out");
  if (const samara_status status = check(policy); status != SAMARA_OK) return status;
  return with(device, model, [&](ModelManager& manager, const std::string& name) {
    return give(manager.get_with_fallback(name, {version, path}, static_cast<Policy>(policy)), out);
  });
}

samara_status samara_device_get_from_url(samara_device* device, const char* url, const char* sha256,
                                         const char* public_key, const char* name,
                                         samara_policy policy, samara_files** out) {
  if (!out) return missing("out");
  if (const samara_status status = check(policy); status != SAMARA_OK) return status;
  return with(device, url, [&](ModelManager& manager, const std::string& address) {
    agent::UrlSource source;
    source.url = address;
    if (sha256) source.sha256 = sha256;
    if (public_key) source.public_key = public_key;
    if (name) source.name = name;
    return give(manager.get_from_url(source, static_cast<Policy>(policy)), out);
  });
}

samara_status samara_device_latest_file(samara_device* device, const char* model,
                                        samara_files** out) {
  if (!out) return missing("out");
  return with(device, model, [&](ModelManager& manager, const std::string& name) {
    return give(manager.latest_file(name), out);
  });
}

samara_status samara_device_list(samara_device* device, samara_files** out) {
  if (!out) return missing("out");
  return with(device, "", [&](ModelManager& manager, const std::string&) {
    auto files = manager.list();
    if (!files.ok()) return status_of(files.error());
    *out = files_of(std::move(*files));
    return SAMARA_OK;
  });
}

samara_status samara_device_details(samara_device* device, const char* model, samara_files** out) {
  if (!out) return missing("out");
  return with(device, model, [&](ModelManager& manager, const std::string& name) {
    const auto entry = manager.details(name);
    if (!entry.ok()) return status_of(entry.error());
    return give(delivery::ModelFile{name, entry->version, "", entry->size, entry->sha256,
                                    entry->source, delivery::Slot::current, false},
                out);
  });
}

samara_status samara_device_is_downloaded(samara_device* device, const char* model, int* out) {
  if (!out) return missing("out");
  return with(device, model, [&](ModelManager& manager, const std::string& name) {
    return give(Result<bool>(manager.is_downloaded(name)), out);
  });
}

samara_status samara_device_is_ready(samara_device* device, const char* model, int* out) {
  if (!out) return missing("out");
  return with(device, model, [&](ModelManager& manager, const std::string& name) {
    return give(Result<bool>(manager.is_ready(name)), out);
  });
}

samara_status samara_device_is_update_available(samara_device* device, const char* model,
                                                int* out) {
  if (!out) return missing("out");
  return with(device, model, [&](ModelManager& manager, const std::string& name) {
    return give(manager.is_update_available(name), out);
  });
}

samara_status samara_device_when_ready(samara_device* device, const char* model, samara_ready_fn fn,
                                       void* user) {
  if (!fn) return missing("the function");
  return with(device, model, [&](ModelManager& manager, const std::string& name) {
    if (const auto fit = delivery::check_name(name); !fit.ok()) return status_of(fit);
    manager.when_ready(name, [fn, user](Result<delivery::ModelFile> file) {
      samara_files* files = nullptr;
      const samara_status status = device_capi::give(std::move(file), &files);
      fn(user, files, status);
      samara_files_free(files);
    });
    return SAMARA_OK;
  });
}

samara_status samara_device_update(samara_device* device, const char* model) {
  return with(device, model, [](ModelManager& manager, const std::string& name) {
    return status_of(manager.update(name));
  });
}

samara_status samara_device_prefetch(samara_device* device, const char* const* models,
                                     size_t count) {
  if (!models && count > 0) return missing("models");
  std::vector<std::string> names;
  for (size_t i = 0; i < count; ++i) {
    if (!models[i]) return missing("the name of a model");
    names.emplace_back(models[i]);
    if (const auto fit = delivery::check_name(names.back()); !fit.ok()) return status_of(fit);
  }
  return with(device, "", [&](ModelManager& manager, const std::string&) {
    manager.prefetch(names);
    return SAMARA_OK;
  });
}

samara_status samara_device_wait(samara_device* device) {
  return with(device, "", [](ModelManager& manager, const std::string&) {
    manager.wait_for_updates();
    return SAMARA_OK;
  });
}

samara_status samara_device_cancel(samara_device* device, const char* model) {
  return with(device, model, [](ModelManager& manager, const std::string& name) {
    if (const auto fit = delivery::check_name(name); !fit.ok()) return status_of(fit);
    manager.cancel(name);
    return SAMARA_OK;
  });
}

samara_status samara_device_delete(samara_device* device, const char* model) {
  return with(device, model, [](ModelManager& manager, const std::string& name) {
    return status_of(manager.remove(name));
  });
}

samara_status samara_device_pin(samara_device* device, const char* model, const char* version) {
  if (!version) return missing("the version");
  return with(device, model, [&](ModelManager& manager, const std::string& name) {
    return status_of(manager.pin_version(name, version));
  });
}

samara_status samara_device_confirm(samara_device* device, const char* model) {
  return with(device, model, [](ModelManager& manager, const std::string& name) {
    return status_of(manager.confirm(name));
  });
}

samara_status samara_device_roll_back(samara_device* device, const char* model,
                                      const char* reason) {
  if (!reason) return missing("the reason");
  return with(device, model, [&](ModelManager& manager, const std::string& name) {
    return status_of(manager.roll_back(name, reason));
  });
}

samara_status samara_device_explain(samara_device* device, const char* model, char** out) {
  if (!out) return missing("out");
  return with(device, model, [&](ModelManager& manager, const std::string& name) {
    if (const auto fit = delivery::check_name(name); !fit.ok()) return status_of(fit);
    *out = strdup(manager.explain(name).c_str());
    return *out ? SAMARA_OK : fail(SAMARA_RESOURCE_EXHAUSTED, "no memory for the text");
  });
}

void samara_text_free(char* text) { std::free(text); }
