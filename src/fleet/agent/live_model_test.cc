// Sessions across swaps: prepared before, kept to their end, freed by nobody who infers.
#include "fleet/agent/live_model.h"

#include "fleet/agent/agent_test.h"

namespace samara::agent {
namespace {

class LiveModelTest : public ModelManagerTest {
 protected:
  static std::shared_ptr<LiveModel::Loaded> loaded(const std::string& name) {
    auto out = std::make_shared<LiveModel::Loaded>();
    out->model = Model::load("examples/digits/models/" + name + ".tflite").value();
    out->file.version = name;
    return out;
  }
};

TEST_F(LiveModelTest, a_lease_is_given_back_and_used_again) {
  LiveModel live;
  live.put(loaded("digits_f32"));
  const Session* first = nullptr;
  {
    const auto lease = live.lease().value();
    first = &lease.session();
    EXPECT_TRUE(lease.session().run().ok());
    const auto second = live.lease().value();
    EXPECT_NE(&second.session(), first) << "two at once are two";
  }
  EXPECT_EQ(live.now()->sessions.idle(), 2u);
  EXPECT_EQ(&live.lease()->session(), first);
}

TEST_F(LiveModelTest, a_session_in_flight_finishes_on_the_old_model) {
  LiveModel live;
  live.put(loaded("digits_f32"));
  std::weak_ptr<const LiveModel::Loaded> old = live.now();
  {
    const auto lease = live.lease().value();
    live.put(loaded("digits_dr"));
    EXPECT_EQ(lease.loaded().file.version, "digits_f32");
    EXPECT_TRUE(lease.session().run().ok());
    EXPECT_EQ(live.now()->sessions.idle(), 1u) << "as many are prepared as were in use";
    EXPECT_EQ(live.lease()->loaded().file.version, "digits_dr");
    EXPECT_FALSE(live.free_retired());
  }
  EXPECT_FALSE(old.expired()) << "whoever infers does not free it";
  EXPECT_TRUE(live.free_retired());
  EXPECT_TRUE(old.expired());
}

TEST_F(LiveModelTest, a_lease_of_a_model_that_cannot_run_tells_why) {
  LiveModel live;
  auto bad = loaded("digits_f32");
  bad->options.arena_limit = 16;
  live.put(bad);
  EXPECT_EQ(live.lease().error().code(), Code::resource_exhausted);
  live.put(loaded("digits_f32"));
  EXPECT_TRUE(live.lease().ok());
}

TEST_F(LiveModelTest, the_manager_frees_the_old_model_in_its_own_thread) {
  const auto manager = start();
  const auto live = manager->open("digits").value();
  manager->wait_for_updates();
  std::weak_ptr<const LiveModel::Loaded> old = live->now();
  publish("2", model("digits_dr"));
  ASSERT_TRUE(manager->update("digits").ok());
  EXPECT_EQ(live->now()->file.version, "2");
  for (int i = 0; i < 500 && !old.expired(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(old.expired());
}

}  // namespace
}  // namespace samara::agent
