// Statuses, texts and options.
#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "fleet/agent/key_source.h"
#include "fleet/device_capi/handles.h"

namespace samara::device_capi {
namespace {

thread_local std::string last_message;

constexpr const char* kNames[] = {
    "ok",        "invalid_argument",   "invalid_model",       "unsupported",       "not_found",
    "io",        "resource_exhausted", "cancelled",           "deadline_exceeded", "unavailable",
    "data_loss", "permission_denied",  "failed_precondition", "internal"};
static_assert(std::size(kNames) == size_t(SAMARA_INTERNAL) + 1);
static_assert(int(Code::internal) + 1 == SAMARA_INTERNAL);
static_assert(int(Code::not_found) + 1 == SAMARA_NOT_FOUND);

template <class T>
samara_status read_number(const char* name, std::string_view value, T* out) {
  T number = 0;
  const auto end = std::from_chars(value.data(), value.data() + value.size(), number);
  if (end.ec != std::errc() || end.ptr != value.data() + value.size() || number < 0)
    return fail(SAMARA_INVALID_ARGUMENT, cat(name, " is '", value, "', no number from 0 on"));
  *out = number;
  return SAMARA_OK;
}

samara_status read_flag(const char* name, std::string_view value, bool* out) {
  if (value != "true" && value != "false")
    return fail(SAMARA_INVALID_ARGUMENT, cat(name, " is '", value, "', not true or false"));
  *out = value == "true";
  return SAMARA_OK;
}

samara_status read_numerics(std::string_view value, Numerics* out) {
  if (value != "reference" && value != "xnnpack")
    return fail(SAMARA_INVALID_ARGUMENT,
                cat("numerics is '", value, "', not reference or xnnpack"));
  *out = value == "reference" ? Numerics::reference : Numerics::xnnpack;
  return SAMARA_OK;
}

/// The member that a text option sets; null: it is none of these.
std::string* text_option(agent::Device::Options& o, std::string_view name) {
  agent::Device::Hub& hub = o.hubs.back();
  const std::pair<std::string_view, std::string*> kTexts[] = {
      {"folder", &o.manager.folder},
      {"root", &hub.root_file},
      {"token", &hub.token},
      {"pin", &hub.choice.pin},
      {"channel", &hub.choice.channel},
      {"proxy", &o.http.proxy},
      {"ca_file", &o.http.ca_file},
      {"user_agent", &o.http.user_agent},
      {"app", &o.manager.device.app},
      {"app_version", &o.manager.device.app_version},
      {"device_class", &o.manager.device.device_class},
      {"sys", &o.places.sys},
      {"bus", &o.places.bus}};
  for (const auto& [known, member] : kTexts)
    if (known == name) return member;
  return nullptr;
}

/// The same of flags.
bool* flag_option(agent::Device::Options& o, std::string_view name) {
  if (name == "app_confirms") return &o.manager.app_confirms;
  if (name == "allow_online") return &o.hubs.back().choice.allow_online;
  return name == "updates" ? &o.manager.terms.updates_on : nullptr;
}

/// Sets an address of the last hub, or begins another. False: it is none.
bool take_address(agent::Device::Options& o, std::string_view name, const char* value) {
  if (name == "metadata_url" && !o.hubs.back().metadata_url.empty()) o.hubs.emplace_back();
  if (name == "metadata_url") {
    o.hubs.back().metadata_url = value;
  } else if (name == "target_url") {
    o.hubs.back().choice.target_urls.emplace_back(value);
  } else {
    return false;
  }
  return true;
}

/// "2" for all models, "face=1-3" for one.
samara_status accept_major(agent::ModelManager::Options& o, std::string_view value) {
  const size_t mark = value.find('=');
  const auto majors = wire::Majors::parse(mark == value.npos ? value : value.substr(mark + 1));
  if (!majors.ok()) return status_of(majors.error());
  if (mark == value.npos) {
    o.majors = *majors;
    return SAMARA_OK;
  }
  const std::string model(value.substr(0, mark));
  if (const auto fit = delivery::check_name(model); !fit.ok()) return status_of(fit);
  o.majors_of[model] = *majors;
  return SAMARA_OK;
}

}  // namespace

samara_status fail(samara_status status, std::string message) {
  last_message = std::move(message);
  return status;
}

samara_status status_of(const Error& error) {
  return fail(static_cast<samara_status>(static_cast<int>(error.code()) + 1), error.brief());
}

samara_status status_of(const Status& status) {
  return status.ok() ? SAMARA_OK : status_of(status.error());
}

samara_status missing(const char* what) {
  return fail(SAMARA_INVALID_ARGUMENT, cat(what, " is NULL"));
}

delivery::Conditions conditions_of(const samara_conditions& c) {
  delivery::Conditions out;
  out.wifi = c.wifi != 0;
  out.unmetered = c.unmetered != 0;
  out.cellular = c.cellular != 0;
  out.roaming = c.roaming != 0;
  out.charging = c.charging != 0;
  out.idle = c.idle != 0;
  out.background = c.background != 0;
  out.battery_percent = c.battery_percent;
  out.free_bytes = c.free_bytes;
  return out;
}

delivery::DeviceState state_of(const samara_device_state& s) {
  const auto flag = [](int value) {
    return value < 0 ? std::nullopt : std::optional<bool>(value != 0);
  };
  delivery::DeviceState out;
  if (s.network > SAMARA_NETWORK_UNKNOWN && s.network <= SAMARA_NETWORK_ETHERNET)
    out.network = static_cast<delivery::Network>(s.network);
  out.metered = flag(s.metered);
  out.roaming = flag(s.roaming);
  out.charging = flag(s.charging);
  out.idle = flag(s.idle);
  out.background = flag(s.background);
  if (s.battery_percent >= 0) out.battery_percent = s.battery_percent;
  if (s.free_bytes >= 0) out.free_bytes = static_cast<uint64_t>(s.free_bytes);
  return out;
}

delivery::DeviceState CallbackState::now() {
  samara_device_state state = {SAMARA_NETWORK_UNKNOWN, -1, -1, -1, -1, -1, -1, -1};
  fn_(user_, &state);
  return state_of(state);
}

}  // namespace samara::device_capi

using namespace samara;  // NOLINT: the functions below are C's
using namespace samara::device_capi;

const char* samara_status_name(samara_status status) {
  if (status == SAMARA_NOT_INITIALIZED) return "not_initialized";
  const auto number = static_cast<size_t>(status);
  return number < std::size(kNames) ? kNames[number] : "unknown";
}

const char* samara_device_message(void) { return last_message.c_str(); }

samara_conditions samara_conditions_default(void) {
  const delivery::Conditions c;
  return {c.wifi, c.unmetered,  c.cellular,        c.roaming,   c.charging,
          c.idle, c.background, c.battery_percent, c.free_bytes};
}

samara_options* samara_options_new(void) { return new samara_options(); }
void samara_options_free(samara_options* options) { delete options; }

samara_status samara_options_set(samara_options* options, const char* name, const char* value) {
  if (!options || !name || !value) return missing("an option, its name or its value");
  agent::Device::Options& o = options->device;
  const std::string_view key = name;
  if (std::string* text = text_option(o, key)) {
    *text = value;
    return SAMARA_OK;
  }
  if (take_address(o, key, value)) return SAMARA_OK;
  if (key == "key_file") {
    o.manager.key = agent::key_of_file(value);
    return SAMARA_OK;
  }
  if (key == "kernel_key") {
    o.manager.key = agent::key_of_kernel(value);
    return SAMARA_OK;
  }
  if (key == "accepts_major") return accept_major(o.manager, value);
  if (bool* flag = flag_option(o, key)) return read_flag(name, value, flag);
  if (key == "numerics") return read_numerics(value, &o.manager.numerics);
  if (key == "retry_ms") return read_number(name, value, &o.manager.retry_ms);
  if (key == "bytes_per_second")
    return read_number(name, value, &o.manager.limits.bytes_per_second);
  if (key == "reserve_bytes") return read_number(name, value, &o.manager.limits.reserve);
  return fail(SAMARA_INVALID_ARGUMENT, cat("there is no option '", name, "'"));
}

samara_status samara_options_bundle(samara_options* options, const char* model, const char* version,
                                    const char* path) {
  if (!options || !model || !version || !path) return missing("an argument of a bundled model");
  if (const auto fit = delivery::check_name(model); !fit.ok()) return status_of(fit);
  options->device.manager.bundled[model] = {version, path};
  return SAMARA_OK;
}

samara_status samara_options_conditions(samara_options* options, const samara_conditions* first,
                                        const samara_conditions* updates) {
  if (!options) return missing("options");
  delivery::Terms& terms = options->device.manager.terms;
  if (first) terms.first = conditions_of(*first);
  if (updates) terms.updates = conditions_of(*updates);
  return SAMARA_OK;
}

void samara_options_on_state(samara_options* options, samara_state_fn fn, void* user) {
  options->state = fn;
  options->state_user = user;
  options->told_state.reset();
}

void samara_options_state(samara_options* options, const samara_device_state* state) {
  if (!options || !state) return;
  options->told_state = *state;
  options->state = nullptr;
}

void samara_options_on_key(samara_options* options, samara_key_fn fn, void* user) {
  options->device.manager.key = nullptr;
  if (!fn) return;
  options->device.manager.key = [fn, user]() -> Result<crypto::Secret> {
    crypto::Secret out(size_t{SAMARA_KEY_BYTES});
    const samara_status status = fn(user, reinterpret_cast<unsigned char*>(out.data()));
    if (status == SAMARA_OK) return out;
    return Error(Code::unavailable,
                 cat("the app gives no key for its models: ", samara_status_name(status)));
  };
}

void samara_options_on_progress(samara_options* options, samara_progress_fn fn, void* user) {
  options->device.manager.on_progress = [fn, user](const std::string& model,
                                                   const delivery::Progress& progress) {
    fn(user, model.c_str(), progress.bytes, progress.total, progress.bytes_per_second);
  };
  if (!fn) options->device.manager.on_progress = nullptr;
}

void samara_options_on_event(samara_options* options, samara_event_fn fn, void* user) {
  options->device.manager.on_decision = [fn, user](const std::string& model,
                                                   const delivery::Decision& decision) {
    fn(user, model.c_str(), name(decision.state).data(), name(decision.event).data(),
       name(decision.next).data(), decision.why.c_str());
  };
  if (!fn) options->device.manager.on_decision = nullptr;
}
