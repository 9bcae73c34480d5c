// The manager's calls one by one: what each answers, here and offline, at once and later.
#include <future>

#include "fleet/agent/agent_test.h"
#include "fleet/agent/catalogs.h"

namespace samara::agent {
namespace {

using namespace std::chrono_literals;
using Answer = std::promise<Result<ModelFile>>;

TEST_F(ModelManagerTest, when_ready_calls_back_at_once_or_when_it_has_come) {
  const auto manager = start();
  EXPECT_FALSE(manager->is_ready("digits"));
  for (int times = 0; times < 2; ++times) {  // the second time it is here
    auto answer = std::make_shared<Answer>();
    manager->when_ready("digits", [answer](Result<ModelFile> file) { answer->set_value(file); });
    EXPECT_EQ(answer->get_future().get()->version, "1");
    EXPECT_TRUE(manager->is_ready("digits"));
  }
}

TEST_F(ModelManagerTest, models_round_as_the_options_say) {
  EXPECT_EQ(start()->open("digits").value()->now()->model->numerics(), Numerics::xnnpack);
  options.numerics = Numerics::reference;
  EXPECT_EQ(start()->open("digits").value()->now()->model->numerics(), Numerics::reference);
  options.checks["digits"].model.numerics = Numerics::xnnpack;
  EXPECT_EQ(start()->open("digits").value()->now()->model->numerics(), Numerics::xnnpack);
}

TEST_F(ModelManagerTest, when_ready_is_answered_at_the_end_too) {
  catalog.offline = true;
  auto answer = std::make_shared<Answer>();
  {
    const auto manager = start();
    manager->when_ready("digits", [answer](Result<ModelFile> file) { answer->set_value(file); });
    manager->wait_for_updates();
  }
  EXPECT_EQ(answer->get_future().get().error().code(), Code::cancelled);
}

TEST_F(ModelManagerTest, what_could_not_be_had_is_tried_again_by_itself) {
  options.retry_ms = 10;
  options.random = [] { return 0.0; };
  options.bundled["digits"] = {"0", "examples/digits/models/digits_dr.tflite"};
  device.state.network = delivery::Network::none;
  const auto manager = start();
  const auto live = manager->open("digits").value();
  EXPECT_EQ(live->now()->file.version, "0") << "at once";
  manager->wait_for_updates();
  EXPECT_NE(manager->explain("digits").find("no network"), std::string::npos);
  device.state.network = delivery::Network::wifi;
  for (int i = 0; i < 1000 && live->now()->file.version == "0"; ++i)
    std::this_thread::sleep_for(10ms);
  EXPECT_EQ(live->now()->file.version, "1") << "and switched when it came";
}

TEST_F(ModelManagerTest, what_is_to_be_tried_later_is_tried_now_where_that_is_asked) {
  options.retry_ms = 3'600'000;
  device.state.network = delivery::Network::none;
  const auto manager = start();
  manager->prefetch({"digits"});
  manager->wait_for_updates();
  device.state.network = delivery::Network::wifi;
  EXPECT_FALSE(manager->is_ready("digits"));
  manager->retry_now();
  manager->wait_for_updates();
  EXPECT_TRUE(manager->is_ready("digits"));
}

TEST_F(ModelManagerTest, a_fallback_answers_where_nothing_is_here) {
  catalog.offline = true;
  const auto manager = start();
  const Bundled fallback = {"0", "examples/digits/models/digits_dr.tflite"};
  EXPECT_EQ(manager->get_with_fallback("digits", fallback)->slot, delivery::Slot::bundled);
  manager->wait_for_updates();
  EXPECT_EQ(manager->get_with_fallback("digits", fallback, Policy::latest_model)->version, "0");
  catalog.offline = false;
  EXPECT_EQ(manager->get_with_fallback("digits", fallback, Policy::latest_model)->version, "1");
  EXPECT_EQ(manager->get_with_fallback("digits", fallback, Policy::local_model)->version, "1");
  EXPECT_EQ(manager->get_with_fallback("faces", {"0", "nowhere.tflite"}).error().code(),
            Code::not_found);
}

TEST_F(ModelManagerTest, conditions_of_a_call_hold_from_then_on) {
  device.state.charging = false;
  const auto manager = start();
  const auto none = manager->get("digits", Policy::latest_model, {.charging = true});
  EXPECT_NE(none.error().text().find("not charging"), std::string::npos);
  EXPECT_FALSE(manager->get("digits").ok());
  EXPECT_TRUE(manager->get("digits", Policy::latest_model, Conditions{}).ok());
}

TEST_F(ModelManagerTest, each_model_may_have_terms_of_its_own) {
  options.terms.first.charging = true;
  options.terms_of["digits"].updates_on = false;
  const auto manager = start();
  EXPECT_EQ(manager->get("digits", Policy::latest_model)->version, "1");
  publish("2", model("digits_dr"));
  EXPECT_EQ(manager->get("digits", Policy::latest_model)->version, "1");
  EXPECT_NE(manager->explain("digits").find("updates are switched off"), std::string::npos);
}

TEST_F(ModelManagerTest, a_version_is_pinned_by_its_name) {
  const auto manager = start();
  ASSERT_TRUE(manager->get("digits", Policy::latest_model).ok());
  ASSERT_TRUE(manager->pin_version("digits", "1").ok());
  publish("2", model("digits_dr"));
  EXPECT_EQ(manager->get("digits", Policy::latest_model)->version, "1");
  EXPECT_NE(manager->explain("digits").find("another version is pinned"), std::string::npos);
  ASSERT_TRUE(manager->pin_version("digits", "").ok());
  EXPECT_EQ(manager->get("digits", Policy::latest_model)->version, "2");
  const auto live = manager->open("digits").value();
  ASSERT_TRUE(manager->pin_version("digits", "1").ok()) << "the one before is still here";
  EXPECT_EQ(live->now()->file.version, "1");
  EXPECT_EQ(manager->pin_version("digits", "9").error().code(), Code::not_found);
}

TEST_F(ModelManagerTest, an_app_that_confirms_keeps_a_version_on_trial_until_then) {
  options.app_confirms = true;
  {
    const auto manager = start();
    EXPECT_FALSE(manager->get("digits", Policy::latest_model)->proven);
    ASSERT_TRUE(manager->confirm("digits").ok());
    publish("2", model("digits_dr"));
    const auto live = manager->open("digits", Policy::latest_model).value();
    EXPECT_EQ(live->now()->file.version, "2");
    ASSERT_TRUE(manager->update("digits").ok());
    EXPECT_EQ(live->now()->file.version, "2") << "still on trial in this process";
  }  // which ends without a word
  catalog.offline = true;
  const auto manager = start();
  EXPECT_EQ(manager->open("digits").value()->now()->file.version, "1");
  manager->wait_for_updates();
  EXPECT_EQ(manager->store().slots("digits")->refused.at(0).version, "2");
}

TEST_F(ModelManagerTest, explain_and_open_answer_while_a_download_is_under_way) {
  const auto manager = start();
  ASSERT_TRUE(manager->get("digits", Policy::latest_model).ok());
  publish("2", model("digits_dr"));
  std::promise<void> reached;
  std::promise<void> go_on;
  bool once = true;
  server.at_piece = [&](uint64_t) {
    if (!std::exchange(once, false)) return;
    reached.set_value();
    go_on.get_future().wait();
  };
  std::thread updating([&] { EXPECT_TRUE(manager->update("digits").ok()); });
  reached.get_future().wait();
  EXPECT_NE(manager->explain("digits").find("fetching"), std::string::npos);
  EXPECT_EQ(manager->open("digits", Policy::local_model).value()->now()->file.version, "1");
  EXPECT_EQ(manager->history("digits").back().next, delivery::State::fetching);
  go_on.set_value();
  updating.join();
  EXPECT_EQ(manager->latest_file("digits")->version, "2");
}

TEST_F(ModelManagerTest, a_cancelled_download_goes_on_where_it_was) {
  std::vector<int> percents;
  ModelManager* running = nullptr;
  options.on_progress = [&](const std::string& name, const delivery::Progress& progress) {
    percents.push_back(progress.percent());
    EXPECT_EQ(progress.total, catalog.entry.size);
    if (progress.percent() >= 50 && running) std::exchange(running, nullptr)->cancel(name);
  };
  const auto manager = start();
  running = manager.get();
  EXPECT_FALSE(manager->get("digits", Policy::latest_model).ok());
  EXPECT_NE(manager->explain("digits").find("cancelled"), std::string::npos);
  ASSERT_TRUE(manager->get("digits", Policy::latest_model).ok());
  EXPECT_EQ(server.sent, catalog.entry.size) << "no byte twice";
  EXPECT_TRUE(std::is_sorted(percents.begin(), percents.end()));
  EXPECT_EQ(percents.back(), 100);
}

TEST_F(ModelManagerTest, one_slot_can_be_loaded_by_itself) {
  options.bundled["digits"] = {"0", "examples/digits/models/digits_int8.tflite"};
  const auto manager = start();
  ASSERT_TRUE(manager->get("digits", Policy::latest_model).ok());
  EXPECT_EQ(manager->load("digits", delivery::Slot::previous).error().code(), Code::not_found);
  publish("2", model("digits_dr"));
  ASSERT_TRUE(manager->get("digits", Policy::latest_model).ok());
  EXPECT_EQ(manager->load("digits", delivery::Slot::previous).value()->file.version, "1");
  EXPECT_EQ(manager->load("digits", delivery::Slot::bundled).value()->file.version, "0");
  EXPECT_EQ(manager->load("digits", delivery::Slot::current).value()->file.version, "2");
}

/// A hub that has deltas.
class DeltaCatalog final : public Catalog {
 public:
  explicit DeltaCatalog(Catalog& hub) : hub_(hub) {}
  Result<Offer> newest(const std::string& name, const Taker& taker) override {
    auto offer = hub_.newest(name, taker);
    if (offer.ok()) offer->deltas = {"https://hub/deltas"};
    return offer;
  }

 private:
  Catalog& hub_;
};

TEST_F(ModelManagerTest, a_first_version_comes_as_what_it_has_beyond_the_bundled_one) {
  if (const auto here = delta::available(); !here.ok()) GTEST_SKIP() << here.error().text();
  const std::string bundled = model("digits_f32");
  std::string retrained = bundled;
  retrained[9'000] ^= 1;
  publish("1.1.0", retrained);
  auto& page = server.pages[cat("https://hub/deltas/", entry_of("", bundled).sha256, "/",
                                catalog.entry.sha256)];
  page.content = delivery::delta_of(bundled, retrained);
  options.bundled["digits"] = {"1.0.0", "examples/digits/models/digits_f32.tflite"};
  DeltaCatalog hub(catalog);
  ModelManager manager(options, hub, server, device);
  EXPECT_EQ(manager.get("digits", Policy::latest_model)->version, "1.1.0");
  EXPECT_EQ(server.sent, page.content.size());
  EXPECT_LT(server.sent, bundled.size() / 10);
}

TEST_F(ModelManagerTest, a_version_on_trial_that_crashes_is_left_though_another_is_wanted) {
  options.app_confirms = true;
  {
    const auto manager = start();
    ASSERT_TRUE(manager->update("digits").ok());
    ASSERT_TRUE(manager->confirm("digits").ok());
    publish("2", model("digits_dr"));
    ASSERT_TRUE(manager->update("digits").ok());
    ASSERT_EQ(manager->latest_file("digits")->version, "2");
    device.state.network = delivery::Network::none;
    publish("3", model("digits_int8"));
    ASSERT_TRUE(manager->update("digits").ok());
    EXPECT_NE(manager->explain("digits").find("Wanted: 3"), std::string::npos);
  }
  const auto manager = start();
  const auto live = manager->open("digits", Policy::local_model).value();
  EXPECT_EQ(live->now()->file.version, "1") << manager->explain("digits");
  EXPECT_NE(manager->explain("digits").find("never proved itself"), std::string::npos);
  device.state.network = delivery::Network::wifi;
  ASSERT_TRUE(manager->update("digits").ok());
  EXPECT_EQ(live->now()->file.version, "3");
}

TEST_F(ModelManagerTest, what_is_in_use_is_sent_back_while_a_newer_version_waits) {
  const auto manager = start();
  ASSERT_TRUE(manager->update("digits").ok());
  EXPECT_EQ(manager->roll_back("digits", "bad").error().code(), Code::failed_precondition);
  EXPECT_EQ(manager->latest_file("digits")->version, "1");
  publish("2", model("digits_dr"));
  ASSERT_TRUE(manager->update("digits").ok());
  device.state.network = delivery::Network::none;
  publish("3", model("digits_int8"));
  ASSERT_TRUE(manager->update("digits").ok());
  ASSERT_TRUE(manager->roll_back("digits", "bad").ok());
  EXPECT_EQ(manager->latest_file("digits")->version, "1");
  EXPECT_EQ(manager->roll_back("digits", "bad").error().code(), Code::failed_precondition);
  ASSERT_TRUE(manager->remove("digits").ok());
  ASSERT_TRUE(manager->remove("digits").ok());
  EXPECT_EQ(manager->latest_file("digits").error().code(), Code::not_found);
}

TEST_F(ModelManagerTest, a_second_hub_answers_for_the_first) {
  TestCatalog second;
  second.entry = catalog.entry;
  Catalogs both({&catalog, &second});
  ModelManager manager(options, both, server, device);
  catalog.offline = true;
  EXPECT_EQ(manager.get("digits", Policy::latest_model)->version, "1");
  second.offline = true;
  const auto none = manager.details("digits");
  EXPECT_EQ(none.error().code(), Code::unavailable);
  EXPECT_NE(none.error().text().find("hub 1 of 2"), std::string::npos);
  catalog.offline = false;
  EXPECT_EQ(manager.details("faces").error().code(), Code::unavailable)
      << "the first knows it not, and nobody knows of the second";
  EXPECT_EQ(Catalogs({}).newest("digits", {}).error().code(), Code::not_found);
}

}  // namespace
}  // namespace samara::agent
