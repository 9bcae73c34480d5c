// What the opaque types of samara/c/device.h hold.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "fleet/agent/device.h"
#include "fleet/agent/fallback.h"
#include "samara/c/device.h"

namespace samara::device_capi {

/// The error as a status; its text becomes this thread's message.
samara_status status_of(const Error& error);
samara_status status_of(const Status& status);
samara_status fail(samara_status status, std::string message);
/// A pointer that must not be null is.
samara_status missing(const char* what);

delivery::Conditions conditions_of(const samara_conditions& c);

delivery::DeviceState state_of(const samara_device_state& s);

/// The device's state as the app last said it.
class ToldState final : public delivery::DeviceStateSource {
 public:
  explicit ToldState(const samara_device_state& state) : state_(state_of(state)) {}
  void tell(const samara_device_state& state) {
    const std::lock_guard lock(mutex_);
    state_ = state_of(state);
  }
  delivery::DeviceState now() override {
    const std::lock_guard lock(mutex_);
    return state_;
  }

 private:
  std::mutex mutex_;
  delivery::DeviceState state_;
};

/// The device's state by the app's own function.
class CallbackState final : public delivery::DeviceStateSource {
 public:
  CallbackState(samara_state_fn fn, void* user) : fn_(fn), user_(user) {}
  delivery::DeviceState now() override;

 private:
  samara_state_fn fn_;
  void* user_;
};

}  // namespace samara::device_capi

struct samara_options {
  samara_options() { device.hubs.emplace_back(); }  // that of the options of a hub
  samara::agent::Device::Options device;
  samara_state_fn state = nullptr;
  void* state_user = nullptr;
  std::optional<samara_device_state> told_state;
};

struct samara_device {
  std::unique_ptr<samara::device_capi::CallbackState> state;
  std::unique_ptr<samara::device_capi::ToldState> told_state;
  std::mutex told;  // one callback at a time
  std::unique_ptr<samara::agent::Device> device;
  samara::agent::ModelManager& manager() const { return device->manager(); }
};

struct samara_files {
  struct One {
    std::string name, version, path, sha256, source, state;
    samara_file view = {};
  };
  std::list<One> files;  // their texts never move
};

struct samara_answer {
  samara::agent::Tensors outputs;
  std::vector<samara::agent::TensorForm> forms;  // fewer than outputs: the app gave more
  samara::agent::Way way = samara::agent::Way::cpu;
  std::string why;
  std::unique_ptr<samara_files> by;  // null: no version gave it
};

struct samara_live_model {
  samara::agent::ModelManager* manager = nullptr;
  std::string name;
  std::shared_ptr<samara::agent::LiveModel> live;
  samara::http::Settings http;
  samara::agent::Chain chain;
  bool has_ways = false;
  std::mutex mutex;                                               // of what follows
  std::shared_ptr<const samara::agent::LiveModel::Loaded> shown;  // its names are given out
  std::list<std::string> names;
};

namespace samara::device_capi {

samara_files* files_of(std::vector<delivery::ModelFile> files);
/// Gives the file out.
samara_status give(Result<delivery::ModelFile> file, samara_files** out);
/// The device meant: its own, or the default one for null.
samara_status find(samara_device* given, samara_device** out);

}  // namespace samara::device_capi
