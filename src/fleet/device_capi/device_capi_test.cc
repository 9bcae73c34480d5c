// The C API as C sees it: what it gives, what it refuses, and that its errors are its own.
#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/hash.h"
#include "base/temporary_folder.h"
#include "fleet/device_capi/handles.h"
#include "samara/c/device.h"

namespace samara {
namespace {

constexpr const char* kModel = "examples/digits/models/digits_f32.tflite";
constexpr const char* kOther = "examples/digits/models/digits_dr.tflite";

class DeviceCapi : public ::testing::Test {
 protected:
  DeviceCapi() : options(samara_options_new()) {
    EXPECT_EQ(samara_options_set(options, "folder", folder.path().c_str()), SAMARA_OK);
    EXPECT_EQ(samara_options_set(options, "bus", "-"), SAMARA_OK);
    EXPECT_EQ(samara_options_bundle(options, "digits", "0", kModel), SAMARA_OK);
  }
  ~DeviceCapi() override {
    samara_device_free(device);
    samara_options_free(options);
  }
  void start() { ASSERT_EQ(samara_device_new(options, &device), SAMARA_OK); }
  samara_live_model* open() {
    samara_live_model* model = nullptr;
    EXPECT_EQ(samara_device_open(device, "digits", SAMARA_LOCAL_MODEL, &model), SAMARA_OK)
        << samara_device_message();
    return model;
  }
  /// Bytes of the model's only input.
  static std::vector<std::byte> blank(samara_live_model* model) {
    samara_tensor t;
    size_t count = 0;
    EXPECT_EQ(samara_live_model_tensors(model, 0, &t, 1, &count), SAMARA_OK);
    EXPECT_EQ(count, 1u);
    EXPECT_STREQ(t.type, "float32");
    size_t size = sizeof(float);
    for (int i = 0; i < t.dimensions; ++i) size *= static_cast<size_t>(t.shape[i]);
    return std::vector<std::byte>(size);
  }
  const TemporaryFolder folder = TemporaryFolder::make().value();
  samara_options* options;
  samara_device* device = nullptr;
};

TEST(DeviceCapiValues, statuses_have_names) {
  EXPECT_STREQ(samara_status_name(SAMARA_OK), "ok");
  EXPECT_STREQ(samara_status_name(SAMARA_UNAVAILABLE), "unavailable");
  EXPECT_STREQ(samara_status_name(SAMARA_INTERNAL), "internal");
  EXPECT_STREQ(samara_status_name(SAMARA_NOT_INITIALIZED), "not_initialized");
  EXPECT_STREQ(samara_status_name(static_cast<samara_status>(50)), "unknown");
  EXPECT_STREQ(samara_way_name(SAMARA_WAY_REMOTE), "remote");
  EXPECT_STREQ(samara_way_name(static_cast<samara_way>(9)), "unknown");
}

TEST_F(DeviceCapi, use_before_initialisation_is_an_error_of_its_own) {
  samara_files* files = nullptr;
  EXPECT_EQ(samara_device_get(nullptr, "digits", SAMARA_LOCAL_MODEL, nullptr, &files),
            SAMARA_NOT_INITIALIZED);
  EXPECT_NE(std::string(samara_device_message()).find("samara_device_initialize"),
            std::string::npos);
  ASSERT_EQ(samara_device_initialize(options), SAMARA_OK);
  EXPECT_EQ(samara_device_initialize(options), SAMARA_FAILED_PRECONDITION);
  EXPECT_EQ(samara_device_get(nullptr, "digits", SAMARA_LOCAL_MODEL, nullptr, &files), SAMARA_OK);
  samara_files_free(files);
  samara_device_shutdown();
  EXPECT_EQ(samara_device_wait(nullptr), SAMARA_NOT_INITIALIZED);
  samara_device_shutdown();
}

TEST_F(DeviceCapi, a_bundled_model_is_given_opened_and_run) {
  start();
  samara_files* files = nullptr;
  ASSERT_EQ(samara_device_get(device, "digits", SAMARA_LOCAL_MODEL, nullptr, &files), SAMARA_OK);
  ASSERT_EQ(samara_files_count(files), 1u);
  EXPECT_EQ(samara_files_at(files, 1), nullptr);
  const samara_file* file = samara_files_at(files, 0);
  EXPECT_STREQ(file->name, "digits");
  EXPECT_STREQ(file->state, "bundled");
  EXPECT_STREQ(file->path, kModel);
  EXPECT_EQ(file->size, std::filesystem::file_size(kModel));
  samara_files_free(files);
  int truth = 1;
  EXPECT_EQ(samara_device_is_downloaded(device, "digits", &truth), SAMARA_OK);
  EXPECT_EQ(truth, 0);
  EXPECT_EQ(samara_device_is_ready(device, "digits", &truth), SAMARA_OK);
  EXPECT_EQ(truth, 1);

  samara_live_model* model = open();
  const auto input = blank(model);
  const samara_buffer buffer = {input.data(), input.size()};
  samara_answer* answer = nullptr;
  ASSERT_EQ(samara_live_model_run(model, &buffer, 1, &answer), SAMARA_OK);
  EXPECT_EQ(samara_answer_count(answer), 1u);
  EXPECT_EQ(samara_answer_output(answer, 0).size, 10 * sizeof(float));
  EXPECT_EQ(samara_answer_output(answer, 1).data, nullptr);
  EXPECT_EQ(samara_answer_way(answer), SAMARA_WAY_CPU);
  ASSERT_NE(samara_answer_file(answer), nullptr);
  EXPECT_STREQ(samara_answer_file(answer)->version, "0");
  EXPECT_STREQ(samara_answer_file(answer)->state, "bundled");
  samara_tensor tensor;
  ASSERT_EQ(samara_answer_tensor(answer, 0, &tensor), SAMARA_OK);
  EXPECT_STREQ(tensor.type, "float32");
  EXPECT_EQ(tensor.dimensions, 2);
  EXPECT_EQ(tensor.shape[1], 10);
  EXPECT_EQ(samara_answer_tensor(answer, 1, &tensor), SAMARA_NOT_FOUND);
  EXPECT_EQ(samara_answer_tensor(nullptr, 0, &tensor), SAMARA_INVALID_ARGUMENT);
  EXPECT_EQ(samara_answer_tensor(answer, 0, nullptr), SAMARA_INVALID_ARGUMENT);
  EXPECT_EQ(samara_answer_file(nullptr), nullptr);
  samara_answer_free(answer);
  const samara_buffer small = {input.data(), 3};
  EXPECT_EQ(samara_live_model_run(model, &small, 1, &answer), SAMARA_INVALID_ARGUMENT);
  EXPECT_EQ(samara_live_model_run(model, nullptr, 0, &answer), SAMARA_INVALID_ARGUMENT);
  samara_live_model_free(model);
}

samara_status say_seven(void* user, const samara_buffer* inputs, size_t count,
                        samara_answer* answer) {
  if (count != 1 || inputs[0].size == 0) return SAMARA_INTERNAL;
  if (*static_cast<bool*>(user)) return SAMARA_UNAVAILABLE;
  samara_answer_add(answer, "7", 1);
  return SAMARA_OK;
}

TEST_F(DeviceCapi, the_ways_of_a_chain_answer_in_their_order) {
  start();
  samara_live_model* model = open();
  bool refuse = true;
  EXPECT_EQ(samara_live_model_then_callback(model, say_seven, &refuse), SAMARA_OK);
  EXPECT_EQ(samara_live_model_then(model, SAMARA_WAY_PREVIOUS), SAMARA_OK);
  EXPECT_EQ(samara_live_model_then(model, SAMARA_WAY_BUNDLED), SAMARA_OK);
  EXPECT_EQ(samara_live_model_then(model, SAMARA_WAY_DELEGATE), SAMARA_UNSUPPORTED);
  EXPECT_EQ(samara_live_model_then(model, SAMARA_WAY_REMOTE), SAMARA_INVALID_ARGUMENT);
  EXPECT_EQ(samara_live_model_then_remote(model, "https://127.0.0.1:1/infer", nullptr, 100),
            SAMARA_OK);
  const auto input = blank(model);
  const samara_buffer buffer = {input.data(), input.size()};
  samara_answer* answer = nullptr;
  ASSERT_EQ(samara_live_model_run(model, &buffer, 1, &answer), SAMARA_OK);
  EXPECT_EQ(samara_answer_way(answer), SAMARA_WAY_BUNDLED);
  const std::string why = samara_answer_why(answer);
  EXPECT_NE(why.find("callback: "), std::string::npos) << why;
  EXPECT_NE(why.find("previous: "), std::string::npos) << why;
  samara_answer_free(answer);
  refuse = false;
  ASSERT_EQ(samara_live_model_run(model, &buffer, 1, &answer), SAMARA_OK);
  EXPECT_EQ(samara_answer_way(answer), SAMARA_WAY_CALLBACK);
  EXPECT_EQ(samara_answer_file(answer), nullptr);
  samara_tensor tensor;
  EXPECT_EQ(samara_answer_tensor(answer, 0, &tensor), SAMARA_OK) << "as the version in use has it";
  EXPECT_EQ(std::memcmp(samara_answer_output(answer, 0).data, "7", 1), 0);
  samara_answer_free(answer);
  samara_live_model_free(model);
}

TEST_F(DeviceCapi, bad_options_are_told_by_name) {
  EXPECT_EQ(samara_options_set(options, "folders", "x"), SAMARA_INVALID_ARGUMENT);
  EXPECT_STREQ(samara_device_message(), "there is no option 'folders'");
}

TEST_F(DeviceCapi, models_round_as_is_asked) {
  for (const char* numerics : {"reference", "xnnpack"})
    EXPECT_EQ(samara_options_set(options, "numerics", numerics), SAMARA_OK);
}

TEST_F(DeviceCapi, values_that_do_not_fit_are_refused) {
  const std::pair<const char*, const char*> kBad[] = {
      {"retry_ms", "soon"},  {"retry_ms", "-1"},      {"bytes_per_second", "1k"},
      {"updates", "maybe"},  {"allow_online", "yes"}, {"app_confirms", "True"},
      {"reserve_bytes", ""}, {"numerics", "fast"}};
  for (const auto& [name, value] : kBad)
    EXPECT_EQ(samara_options_set(options, name, value), SAMARA_INVALID_ARGUMENT) << name;
  EXPECT_EQ(samara_options_set(options, "retry_ms", nullptr), SAMARA_INVALID_ARGUMENT);
  EXPECT_EQ(samara_options_bundle(options, "../x", "1", kModel), SAMARA_INVALID_ARGUMENT);
  samara_options* empty = samara_options_new();
  EXPECT_EQ(samara_device_new(empty, &device), SAMARA_INVALID_ARGUMENT);
  EXPECT_EQ(samara_options_set(empty, "folder", folder.path().c_str()), SAMARA_OK);
  EXPECT_EQ(samara_options_set(empty, "target_url", "https://hub/targets"), SAMARA_OK);
  EXPECT_EQ(samara_device_new(empty, &device), SAMARA_INVALID_ARGUMENT) << "a hub without a root";
  samara_options_free(empty);
}

TEST_F(DeviceCapi, a_second_address_of_metadata_begins_another_hub) {
  const auto set = [&](const char* name, const char* value) {
    EXPECT_EQ(samara_options_set(options, name, value), SAMARA_OK) << name;
  };
  set("channel", "beta");
  set("token", "one");
  set("metadata_url", "https://one/metadata");
  set("target_url", "https://one/targets");
  set("metadata_url", "https://two/metadata");
  set("target_url", "https://two/targets");
  set("target_url", "https://mirror/targets");
  set("allow_online", "true");
  const auto& hubs = options->device.hubs;
  ASSERT_EQ(hubs.size(), 2u);
  EXPECT_EQ(hubs[0].choice.channel, "beta");
  EXPECT_EQ(hubs[0].token, "one");
  EXPECT_FALSE(hubs[0].choice.allow_online);
  EXPECT_EQ(hubs[1].metadata_url, "https://two/metadata");
  EXPECT_EQ(hubs[1].choice.channel, "stable");
  EXPECT_TRUE(hubs[1].token.empty() && hubs[1].choice.allow_online);
  EXPECT_EQ(hubs[1].choice.target_urls.size(), 2u);
  EXPECT_EQ(samara_device_new(options, &device), SAMARA_INVALID_ARGUMENT) << "no root";
  EXPECT_NE(std::string(samara_device_message()).find("https://one/metadata"), std::string::npos);
}

TEST_F(DeviceCapi, what_is_not_here_is_deleted_and_what_has_no_other_is_not_rolled_back) {
  start();
  EXPECT_EQ(samara_device_delete(device, "faces"), SAMARA_OK);
  EXPECT_EQ(samara_device_delete(device, "digits"), SAMARA_OK) << "a bundled one stays";
  EXPECT_EQ(samara_device_delete(device, "../x"), SAMARA_INVALID_ARGUMENT);
  for (const char* model : {"digits", "faces"}) {
    EXPECT_EQ(samara_device_roll_back(device, model, "bad"), SAMARA_FAILED_PRECONDITION);
    EXPECT_NE(std::string(samara_device_message()).find("no version of model"), std::string::npos);
  }
  EXPECT_EQ(samara_device_roll_back(device, "../x", "bad"), SAMARA_INVALID_ARGUMENT);
}

TEST_F(DeviceCapi, null_is_refused_everywhere) {
  start();
  samara_files* files = nullptr;
  int truth = 0;
  char* text = nullptr;
  samara_live_model* model = nullptr;
  const samara_status kAll[] = {
      samara_device_new(nullptr, &device),
      samara_device_new(options, nullptr),
      samara_device_get(device, nullptr, SAMARA_LOCAL_MODEL, nullptr, &files),
      samara_device_get(device, "digits", SAMARA_LOCAL_MODEL, nullptr, nullptr),
      samara_device_get(device, "digits", static_cast<samara_policy>(7), nullptr, &files),
      samara_device_get_with_fallback(device, "a", nullptr, "p", SAMARA_LOCAL_MODEL, &files),
      samara_device_get_from_url(device, nullptr, "a", nullptr, nullptr, SAMARA_LOCAL_MODEL,
                                 &files),
      samara_device_get_from_url(device, "https://x", nullptr, nullptr, nullptr, SAMARA_LOCAL_MODEL,
                                 &files),
      samara_device_list(device, nullptr),
      samara_device_is_ready(device, nullptr, &truth),
      samara_device_when_ready(device, "digits", nullptr, nullptr),
      samara_device_prefetch(device, nullptr, 1),
      samara_device_cancel(device, "../x"),
      samara_device_pin(device, "digits", nullptr),
      samara_device_roll_back(device, "digits", nullptr),
      samara_device_explain(device, "../x", &text),
      samara_device_open(device, nullptr, SAMARA_LOCAL_MODEL, &model),
      samara_live_model_run(nullptr, nullptr, 0, nullptr),
      samara_live_model_tensors(nullptr, 0, nullptr, 0, nullptr),
  };
  for (size_t i = 0; i < std::size(kAll); ++i) EXPECT_EQ(kAll[i], SAMARA_INVALID_ARGUMENT) << i;
  samara_files_free(nullptr);
  samara_answer_free(nullptr);
  samara_live_model_free(nullptr);
  samara_options_free(nullptr);
  samara_device_free(nullptr);
  samara_text_free(nullptr);
  EXPECT_EQ(samara_files_count(nullptr), 0u);
  EXPECT_EQ(samara_answer_count(nullptr), 0u);
}

TEST_F(DeviceCapi, without_a_hub_what_is_not_here_is_told) {
  start();
  samara_files* files = nullptr;
  EXPECT_EQ(samara_device_get(device, "faces", SAMARA_LATEST_MODEL, nullptr, &files),
            SAMARA_NOT_FOUND);
  EXPECT_NE(std::string(samara_device_message()).find("no hub"), std::string::npos);
  EXPECT_EQ(samara_device_details(device, "faces", &files), SAMARA_NOT_FOUND);
  EXPECT_EQ(samara_device_latest_file(device, "faces", &files), SAMARA_NOT_FOUND);
  ASSERT_EQ(samara_device_list(device, &files), SAMARA_OK);
  EXPECT_EQ(samara_files_count(files), 0u);
  samara_files_free(files);
  ASSERT_EQ(
      samara_device_get_with_fallback(device, "faces", "1", kOther, SAMARA_LOCAL_MODEL, &files),
      SAMARA_OK);
  EXPECT_STREQ(samara_files_at(files, 0)->path, kOther);
  samara_files_free(files);
  EXPECT_EQ(samara_device_wait(device), SAMARA_OK);
  char* text = nullptr;
  ASSERT_EQ(samara_device_explain(device, "faces", &text), SAMARA_OK);
  EXPECT_NE(std::string(text).find("model faces is absent"), std::string::npos);
  samara_text_free(text);
}

TEST_F(DeviceCapi, callbacks_tell_state_readiness_and_conditions) {
  struct Told {
    std::atomic<int> states = 0;
    std::atomic<int> ready = 0;
    std::string version;
  } told;
  samara_options_on_state(
      options,
      [](void* user, samara_device_state* state) {
        ++static_cast<Told*>(user)->states;
        state->network = SAMARA_NETWORK_NONE;
      },
      &told);
  start();
  const auto ready = [](void* user, const samara_files* files, samara_status status) {
    Told& t = *static_cast<Told*>(user);
    if (status == SAMARA_OK) t.version = samara_files_at(files, 0)->version;
    ++t.ready;
  };
  ASSERT_EQ(samara_device_when_ready(device, "digits", ready, &told), SAMARA_OK);
  ASSERT_EQ(samara_device_wait(device), SAMARA_OK);
  EXPECT_EQ(told.ready, 1);
  EXPECT_EQ(told.version, "0");
  EXPECT_EQ(told.states, 0) << "no download was to be judged";
}

TEST_F(DeviceCapi, a_state_that_is_told_holds_until_the_next) {
  samara_device_state state = {SAMARA_NETWORK_CELLULAR, 1, 0, 1, 0, -1, 80, 5};
  device_capi::ToldState told(state);
  EXPECT_EQ(told.now().network, delivery::Network::cellular);
  EXPECT_EQ(told.now().metered, true);
  EXPECT_EQ(told.now().idle, false);
  EXPECT_EQ(told.now().background, std::nullopt);
  EXPECT_EQ(told.now().battery_percent, 80);
  EXPECT_EQ(told.now().free_bytes, 5u);
  samara_options_on_state(options, [](void*, samara_device_state*) { ADD_FAILURE(); }, nullptr);
  samara_options_state(options, &state);
  start();
  state.network = SAMARA_NETWORK_WIFI;
  EXPECT_EQ(samara_device_tell_state(device, &state), SAMARA_OK);
  EXPECT_EQ(samara_device_tell_state(device, nullptr), SAMARA_INVALID_ARGUMENT);
  EXPECT_EQ(device->told_state->now().network, delivery::Network::wifi);
}

TEST_F(DeviceCapi, a_state_is_told_only_where_that_was_agreed) {
  start();
  const samara_device_state state = {SAMARA_NETWORK_NONE, -1, -1, -1, -1, -1, -1, -1};
  EXPECT_EQ(samara_device_tell_state(device, &state), SAMARA_FAILED_PRECONDITION);
  EXPECT_EQ(samara_device_tell_state(nullptr, &state), SAMARA_NOT_INITIALIZED);
}

TEST_F(DeviceCapi, an_app_that_gives_no_key_for_its_models_is_told) {
  const auto no_key = [](void*, unsigned char*) { return SAMARA_NOT_FOUND; };
  samara_options_on_key(options, no_key, nullptr);
  ASSERT_EQ(samara_options_set(options, "accepts_major", "face=1-2"), SAMARA_OK);
  ASSERT_EQ(samara_device_new(options, &device), SAMARA_OK);
  EXPECT_EQ(samara_device_update(device, "face"), SAMARA_UNAVAILABLE);
  EXPECT_NE(std::string_view(samara_device_message()).find("gives no key"), std::string_view::npos);
}

TEST_F(DeviceCapi, messages_belong_to_their_thread) {
  EXPECT_NE(samara_options_set(options, "folders", "x"), SAMARA_OK);
  std::thread([] { EXPECT_STREQ(samara_device_message(), ""); }).join();
  EXPECT_STRNE(samara_device_message(), "");
}

TEST(DeviceCapiValues, conditions_ask_for_nothing_by_default) {
  const samara_conditions c = samara_conditions_default();
  EXPECT_TRUE(c.cellular && c.roaming && c.background);
  EXPECT_FALSE(c.wifi || c.unmetered || c.charging || c.idle || c.battery_percent || c.free_bytes);
}

}  // namespace
}  // namespace samara
