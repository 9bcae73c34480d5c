// Sessions across swaps: prepared before, kept to their end, freed by nobody who infers.
#include "fleet/agent/live_model.h"

#include <cstdio>
#include <thread>

#include "fleet/agent/agent_test.h"
#include "testing/model_package.h"

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

/// y = x + added, with `added` as its version.
std::shared_ptr<const Model> adder(float added) {
  testing::ModelBuilder m;
  const int x = m.input(testing::f32({2}, {}), "x");
  const int y = m.tensor(testing::f32({2}, {}), "y");
  m.op("ADD", {x, m.constant(testing::f32({2}, {added, added}))}, {y});
  m.output(y);
  return Model::load(testing::package(m, {})).value();
}

TEST_F(LiveModelTest, eight_threads_infer_through_ten_thousand_swaps) {
  const std::shared_ptr<const Model> models[] = {adder(1), adder(2)};
  const auto loaded_as = [&](int n) {
    auto out = std::make_shared<LiveModel::Loaded>();
    out->model = models[n];
    out->file.version = cat(n + 1);
    return out;
  };
  LiveModel live;
  live.put(loaded_as(0));
  std::atomic<bool> stop = false;
  std::atomic<long> runs = 0, failed = 0, mixed = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (float i = 0; !stop; i += 1) {
        const float x[] = {i, static_cast<float>(t)};
        const auto lease = live.lease();
        ++runs;
        if (!lease.ok() || !lease->session().plan().ok() ||
            !lease->session().set_input(0, std::as_bytes(std::span(x))).ok() ||
            !lease->session().run().ok()) {
          ++failed;
          continue;
        }
        float y[2];
        std::memcpy(y, lease->session().output(0).data, sizeof y);
        const float added = lease->loaded().file.version == "1" ? 1 : 2;
        mixed += y[0] != x[0] + added || y[1] != x[1] + added;
        if (i > 1e6f) i = 0;
      }
    });
  constexpr int kSwaps = 10'000;
  for (int i = 0; i < kSwaps; ++i) {
    live.put(loaded_as(i % 2));
    live.free_retired();
  }
  while (runs < 1000) std::this_thread::yield();
  stop = true;
  for (std::thread& thread : threads) thread.join();
  std::printf("%ld inferences through %d swaps: %ld failed, %ld mixed\n", runs.load(), kSwaps,
              failed.load(), mixed.load());
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(mixed, 0);
  EXPECT_TRUE(live.free_retired());
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
