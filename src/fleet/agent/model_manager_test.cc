#include "fleet/agent/model_manager.h"

#include "fleet/agent/agent_test.h"

namespace samara::agent {
namespace {

TEST_F(ModelManagerTest, the_first_call_waits_and_later_ones_do_not) {
  const auto manager = start();
  EXPECT_FALSE(manager->is_downloaded("digits"));
  const ModelFile first = manager->get("digits", Policy::local_model).value();
  EXPECT_EQ(first.version, "1");
  EXPECT_TRUE(first.proven);
  EXPECT_EQ(first.sha256, catalog.entry.sha256);
  EXPECT_TRUE(manager->is_downloaded("digits"));
  EXPECT_FALSE(manager->is_update_available("digits").value());
  publish("2", model("digits_dr"));
  EXPECT_TRUE(manager->is_update_available("digits").value());
  EXPECT_EQ(manager->details("digits")->version, "2");
  EXPECT_EQ(manager->get("digits", Policy::local_model)->version, "1");
  EXPECT_EQ(manager->get("digits")->version, "1") << "the newest is for the next time";
  manager->wait_for_updates();
  EXPECT_EQ(manager->get("digits", Policy::local_model)->version, "2");
  publish("3", model("digits_int8"));
  EXPECT_EQ(manager->get("digits", Policy::latest_model)->version, "3");
  EXPECT_EQ(manager->list()->size(), 1u);
  ASSERT_TRUE(manager->remove("digits").ok());
  EXPECT_FALSE(manager->is_downloaded("digits"));
}

TEST_F(ModelManagerTest, names_that_are_wrong_or_unknown_are_told) {
  const auto manager = start();
  EXPECT_EQ(manager->get("../digits").error().code(), Code::invalid_argument);
  EXPECT_EQ(manager->get("faces").error().code(), Code::not_found);
}

TEST_F(ModelManagerTest, a_bundled_model_serves_until_one_has_come) {
  options.bundled["digits"] = {"0", "examples/digits/models/digits_dr.tflite"};
  catalog.offline = true;
  const auto manager = start();
  EXPECT_EQ(manager->get("digits", Policy::latest_model)->slot, delivery::Slot::bundled);
  const auto live = manager->open("digits").value();
  EXPECT_TRUE(infer(*live->now()).ok());
  manager->wait_for_updates();
  catalog.offline = false;
  ASSERT_TRUE(manager->update("digits").ok());
  EXPECT_EQ(live->now()->file.version, "1") << "and is swapped where it is open";
}

TEST_F(ModelManagerTest, a_model_that_the_engine_refuses_never_comes_in_use) {
  const auto manager = start();
  ASSERT_TRUE(manager->get("digits").ok());
  manager->wait_for_updates();
  std::string broken = model("digits_dr");
  for (size_t i = 0; i < broken.size(); i += 7) broken[i] = static_cast<char>(broken[i] ^ 0x55);
  publish("2", broken);
  EXPECT_EQ(manager->get("digits", Policy::latest_model)->version, "1");
  EXPECT_NE(manager->explain("digits").find("this device cannot run it"), std::string::npos);
  const size_t asked = server.requests.size();
  EXPECT_EQ(manager->get("digits", Policy::latest_model)->version, "1");
  EXPECT_EQ(server.requests.size(), asked) << "a refused version is not fetched again";
}

TEST_F(ModelManagerTest, golden_inputs_decide) {
  const auto manager = start();
  const auto live = manager->open("digits").value();
  Golden golden;
  golden.inputs.emplace_back();
  auto session = Session::create(live->now()->model).value();
  ASSERT_TRUE(session->plan().ok());
  golden.inputs[0].resize(session->input(0).bytes);
  ASSERT_TRUE(session->set_input(0, std::span<const std::byte>(golden.inputs[0])).ok());
  ASSERT_TRUE(session->run().ok());
  golden.outputs.emplace_back(session->output(0).data,
                              session->output(0).data + session->output(0).bytes);
  golden.tolerance = 0.2;
  const std::string path = live->now()->file.path;
  EXPECT_TRUE(check_model(path, {.golden = {golden}}).ok());
  const auto other = check_model("examples/digits/models/digits_dr.tflite", {.golden = {golden}});
  EXPECT_TRUE(other.ok()) << other.error().text();
  golden.outputs[0][3] ^= std::byte{0x40};  // the sign or exponent of the first value
  EXPECT_EQ(check_model(path, {.golden = {golden}}).error().code(), Code::failed_precondition);
  golden.outputs[0].pop_back();
  EXPECT_FALSE(check_model(path, {.golden = {golden}}).ok());
  golden.inputs.clear();
  EXPECT_FALSE(check_model(path, {.golden = {golden}}).ok());
}

TEST_F(ModelManagerTest, versions_are_swapped_while_threads_infer_and_none_is_lost) {
  const auto manager = start();
  const auto live = manager->open("digits", Policy::latest_model).value();
  std::atomic<bool> stop = false;
  std::atomic<int> runs = 0;
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      while (!stop) {
        const auto loaded = live->now();
        if (!infer(*loaded).ok()) ++failed;
        ++runs;
      }
    });
  const char* models[] = {"digits_dr", "digits_int8", "digits_f32"};
  int swaps = 0;
  for (int n = 2; n < 26; ++n) {
    // Three models under ever new names: what was rolled back or replaced is no longer known.
    publish(cat(n), model(models[n % 3]));
    ASSERT_TRUE(manager->update("digits").ok());
    swaps += live->now()->file.version == cat(n);
    if (n % 5 == 0) {
      ASSERT_TRUE(manager->roll_back("digits", "by request").ok());
      EXPECT_NE(live->now()->file.version, cat(n));
      ASSERT_TRUE(manager->store().forgive("digits", catalog.entry.sha256).ok());
    }
  }
  while (runs < 20) std::this_thread::yield();
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_GT(swaps, 15);
}

TEST_F(ModelManagerTest, a_model_that_ended_the_process_on_trial_is_left) {
  {
    const auto manager = start();
    ASSERT_TRUE(manager->get("digits", Policy::latest_model).ok());
    // The next version was activated, its start counted, and then the process ended.
    const std::string content = model("digits_dr");
    ASSERT_TRUE(bring(manager->store(), "digits", entry_of("2", content), content).ok());
    ASSERT_TRUE(manager->store().activate("digits").ok());
    ASSERT_TRUE(manager->store().note_start("digits").ok());
  }
  const auto manager = start();
  const auto live = manager->open("digits", Policy::local_model).value();
  EXPECT_EQ(live->now()->file.version, "1");
  EXPECT_NE(manager->explain("digits").find("started too often"), std::string::npos);
}

TEST_F(ModelManagerTest, conditions_hold_it_back_and_are_told) {
  options.terms.first.charging = true;
  device.state.charging = false;
  const auto manager = start();
  const auto none = manager->get("digits");
  EXPECT_EQ(none.error().code(), Code::unavailable);
  EXPECT_NE(none.error().text().find("not charging"), std::string::npos);
  device.state.charging = true;
  EXPECT_TRUE(manager->get("digits").ok());
}

delivery::KeySource key_of(char letter) {
  return [letter] { return crypto::Secret(std::string(32, letter)); };
}

TEST_F(ModelManagerTest, sealed_models_run_from_memory_and_a_lost_key_has_them_fetched_anew) {
  options.key = key_of('k');
  {
    const auto manager = start();
    const auto live = manager->open("digits", Policy::latest_model).value();
    const ModelFile file = manager->latest_file("digits").value();
    EXPECT_TRUE(file.sealed);
    EXPECT_EQ(read_file(file.path)->find(model("digits_f32").substr(20'000, 32)),
              std::string::npos);
    EXPECT_TRUE(infer(*live->now()).ok());
    publish("2", model("digits_dr"));
    ASSERT_TRUE(manager->update("digits").ok());
    EXPECT_EQ(live->now()->file.version, "2") << "swapped, judged and run from memory";
    EXPECT_TRUE(infer(*live->now()).ok());
  }
  options.key = [] {
    return Result<crypto::Secret>(Error(Code::unavailable, "the keystore is locked"));
  };
  EXPECT_NE(start()->open("digits", Policy::local_model).error().text().find("keystore is locked"),
            std::string::npos);
  {
    const auto locked = start();
    publish("3", model("digits_int8"));
    EXPECT_EQ(locked->update("digits").error().code(), Code::unavailable);
    EXPECT_TRUE(locked->store().slots("digits")->refused.empty());
    publish("2", model("digits_dr"));
  }
  options.key = key_of('o');
  const size_t asked = server.requests.size();
  const auto manager = start();
  const auto live = manager->open("digits", Policy::local_model);
  ASSERT_TRUE(live.ok()) << live.error().text();
  EXPECT_GT(server.requests.size(), asked);
  EXPECT_EQ((*live)->now()->file.version, "2");
  EXPECT_TRUE(infer(*(*live)->now()).ok());
}

TEST_F(ModelManagerTest, the_majors_are_those_declared_else_of_what_is_here) {
  publish("1.2.0", model("digits_f32"));
  {
    const auto manager = start();
    ASSERT_TRUE(manager->details("digits").ok());
    EXPECT_FALSE(catalog.asked.majors) << "the first that is delivered may be any";
    ASSERT_TRUE(manager->get("digits", Policy::latest_model).ok());
    ASSERT_TRUE(manager->details("digits").ok());
    EXPECT_EQ(catalog.asked.majors, (wire::Majors{1, 1}));
  }
  options.bundled["digits"] = {"2.0.0", "examples/digits/models/digits_dr.tflite"};
  {
    const auto manager = start();
    EXPECT_EQ(manager->get("digits", Policy::local_model)->slot, delivery::Slot::bundled)
        << "an app that brings 2.0.0 is not given 1.2.0";
    EXPECT_EQ(catalog.asked.majors, (wire::Majors{1, 1}));
    EXPECT_NE(manager->explain("digits").find("It is not given out"), std::string::npos);
    ASSERT_TRUE(manager->details("digits").ok());
    EXPECT_EQ(catalog.asked.majors, (wire::Majors{2, 2}));
  }
  options.majors = {1, 3};
  EXPECT_EQ(start()->get("digits", Policy::local_model)->version, "1.2.0");
  options.majors_of["digits"] = {3, 3};
  EXPECT_EQ(start()->get("digits", Policy::local_model)->version, "2.0.0");
}

TEST_F(ModelManagerTest, what_was_passed_over_is_explained_and_nothing_is_lost) {
  const auto manager = start();
  ASSERT_TRUE(manager->get("digits").ok());
  catalog.passed_over = "version 2.0.0: it is for tvos";
  ASSERT_TRUE(manager->update("digits").ok());
  EXPECT_NE(manager->explain("digits").find("Not taken: version 2.0.0: it is for tvos."),
            std::string::npos)
      << manager->explain("digits");
  catalog.none_for_it = true;
  EXPECT_EQ(manager->update("digits").error().code(), Code::not_found);
  EXPECT_EQ(manager->get("digits", Policy::latest_model)->version, "1");
  EXPECT_NE(manager->explain("digits").find("no version is for this device"), std::string::npos);
}

}  // namespace
}  // namespace samara::agent
