// Every row of states.inc: it is reached, it is taken, it leads where the table says; and the power
// is cut after every call that it makes to the disk.
#include "fleet/delivery/states.h"

#include <cstdio>
#include <memory>
#include <set>

#include "base/text.h"
#include "fleet/delivery/delivery.h"
#include "fleet/delivery/delivery_test.h"

namespace samara::delivery {
namespace {

using testing::Cut;
using testing::SimulatedDisk;

const std::string kOne(700, '1');
const std::string kTwo(800, '2');
const std::string kThree(900, '3');

class TestDevice final : public DeviceStateSource {
 public:
  DeviceState now() override { return state; }
  DeviceState state = {.network = Network::wifi, .charging = true};
};

/// A device with a server that has three versions. The judge is content until told otherwise.
class World {
 public:
  explicit World(const SimulatedDisk& from, bool bundled = true)
      : disk(from), mount_(disk), store("/data", {.most_starts = 1, .clock = &clock}) {
    bundled_ = bundled;
    terms.first.charging = terms.updates.charging = true;
    server.pages["https://hub/1"].content = kOne;
    server.pages["https://hub/2"].content = kTwo;
    server.pages["https://hub/3"].content = kThree;
    restart();
  }
  static SimulatedDisk blank() {
    SimulatedDisk disk;
    disk.put("/app/m", "bundled");
    return disk;
  }

  void restart() {
    delivery = std::make_unique<Delivery>(
        "m", store, downloader, device, clock,
        [this](const std::string&) -> Status {
          if (cannot) return Error(*cannot, "too many open files");
          if (fit) return ok();
          return Error(Code::unsupported, "operator 'FOO' is not here");
        },
        terms, bundled_ ? std::optional(Bundled{"0", "/app/m"}) : std::nullopt);
  }
  Status offer(const Entry& entry) { return delivery->offer({entry, {entry.source}}); }
  void steps(int n) {
    for (int i = 0; i < n; ++i) ASSERT_TRUE(delivery->step().ok());
  }
  std::string in_use() {
    const Bundled bundled = {"0", "/app/m"};
    const auto file = store.file("m", bundled_ ? &bundled : nullptr);
    if (!file.ok()) return "none";
    const std::string bytes = disk.content(file->path);
    if (file->slot == Slot::bundled) return bytes == "bundled" ? "0" : "damaged";
    return sha256_hex(bytes_of(bytes)) == file->sha256 ? file->version : "damaged";
  }

  TestClock clock;
  SimulatedDisk disk;

 private:
  SimulatedDisk::Mount mount_;
  bool bundled_ = true;

 public:
  Store store;
  TestServer server;
  TestDevice device;
  Terms terms;
  bool fit = true;
  std::optional<Code> cannot;
  Downloader downloader{store,
                        server,
                        clock,
                        [] { return 0.0; },
                        {.most_fruitless = 0, .reserve = 0, .sync_every = 300}};
  std::unique_ptr<Delivery> delivery;
  const Entry v1 = entry_of("1", kOne);
  const Entry v2 = entry_of("2", kTwo);
  const Entry v3 = entry_of("3", kThree);
};

/// Offers the version and steps until its delivery is in that state.
void go_on_to(World& w, State state, const Entry& entry) {
  ASSERT_TRUE(w.offer(entry).ok());
  auto& page = w.server.pages[entry.source];
  if (state == State::waiting) w.server.piece = 0, page.cut_after = 0;
  w.fit = state != State::failed;
  const int steps[] = {0, 0, 1, 2, 2, 3, 4, 5, 0, 5, 3};
  w.steps(steps[static_cast<size_t>(state)]);
  w.fit = true;
  w.server.piece = 100;
  page.cut_after = ~uint64_t{0};
}

/// Brings a world with version 1 in use (or none, for `absent`) into a state, by its own steps.
void reach(World& w, State state) {
  if (state == State::absent) return;
  ASSERT_TRUE(install(w.store, "m", w.v1, kOne).ok());
  w.restart();
  if (state == State::active) return;
  go_on_to(w, state, w.v2);
  if (state == State::rolled_back) {
    ASSERT_TRUE(w.delivery->send_back("bad results").ok());
  }
}

/// The same with version 2 in use and on trial.
void reach_on_trial(World& w, State state) {
  reach(w, State::trial);
  if (state != State::trial) go_on_to(w, state, w.v3);
}

/// The same with no other version to return to than the one in use.
void reach_alone(World& w, State state) {
  ASSERT_TRUE(w.offer(w.v1).ok());
  w.steps(5);
  if (state == State::trial) return;
  ASSERT_TRUE(w.delivery->confirm().ok());
  if (state == State::active) return;
  go_on_to(w, state, w.v2);
  if (state == State::rolled_back) {
    ASSERT_TRUE(w.delivery->send_back("bad results").ok());
  }
}

void reach_for(World& w, const Row& row) {
  if (row.event == Event::no_way_back) return reach_alone(w, row.state);
  const bool on_trial = row.event == Event::crash_loop ||
                        (row.event == Event::check_failed && row.state != State::active &&
                         row.state != State::rolled_back);
  on_trial ? reach_on_trial(w, row.state) : reach(w, row.state);
}

/// Arranges the world so that the event comes of the next step.
void arrange(World& w, Event event) {
  auto& page = w.server.pages["https://hub/2"];
  switch (event) {
    case Event::conditions_unmet:
      w.device.state.charging = false;
      return;
    case Event::conditions_lost:
      w.server.at_piece = [&](uint64_t sent) { w.device.state.charging = sent < 400; };
      return;
    case Event::connection_lost:
      page.cut_after = 350;
      return;
    case Event::content_wrong:
      page.content = std::string(800, 'x');
      return;
    case Event::no_space:
      w.disk.capacity = 1000;
      return;
    case Event::not_offered:
      page.statuses = {404};
      return;
    case Event::disk_failed:
      w.disk.read_only = true;
      return;
    case Event::cancelled:
      w.server.at_piece = [&](uint64_t) { w.delivery->cancel(); };
      if (w.delivery->state() != State::fetching) w.delivery->cancel();
      return;
    case Event::time_passed:
      w.clock.steady += 7'200'000;
      w.clock.wall -= 86'400'000;  // and the wall clock jumps back
      return;
    case Event::unfit:
      w.fit = false;
      return;
    case Event::pinned_elsewhere:
      ASSERT_TRUE(w.store.pin("m", w.v1.sha256).ok());
      return;
    default:
      return;  // the step alone does it
  }
}

/// Makes the event happen.
Status cause(World& w, Event event) {
  switch (event) {
    case Event::wanted:
      return w.offer(w.v3);
    case Event::refused_before:
      if (auto done = w.store.refuse("m", w.v3, "crashed here"); !done.ok()) return done;
      return w.offer(w.v3);
    case Event::up_to_date:
      return w.offer(*w.store.slots("m")->current);
    case Event::updates_off:
      w.terms.updates_on = false;
      w.delivery->set_terms(w.terms);
      return w.offer(w.v2);
    case Event::proven:
      return w.delivery->confirm();
    case Event::check_failed:
      return w.delivery->send_back("bad results");
    case Event::no_way_back:
      EXPECT_EQ(w.delivery->send_back("bad results").error().code(), Code::failed_precondition);
      return ok();
    case Event::crash_loop:
      if (auto done = w.delivery->note_start(); !done.ok()) return done;
      return w.delivery->note_start();
    case Event::damaged:
      w.disk.put(w.store.blob_path(w.store.slots("m")->current->sha256), "cut");
      return w.delivery->check();
    case Event::removed:
      return w.delivery->remove();
    case Event::restarted:
      w.restart();
      return ok();
    default: {
      arrange(w, event);
      const auto done = w.delivery->step();
      return done.ok() ? ok() : Status(done.error());
    }
  }
}

/// On the disk that a cut left: a model that may be there is in use at once, and the newest comes.
void judge(const SimulatedDisk& found, const std::set<std::string>& allowed, bool bundled) {
  World w(found, bundled);
  EXPECT_TRUE(allowed.contains(w.in_use())) << "found " << w.in_use();
  ASSERT_TRUE(w.store.check().ok());
  EXPECT_NE(w.in_use(), "damaged");
  ASSERT_TRUE(w.store.pin("m", "").ok());
  ASSERT_TRUE(w.store.forgive("m", w.v3.sha256).ok());
  w.restart();
  // Whatever was under way may come to its end first.
  for (int round = 0; round < 3 && w.in_use() != "3"; ++round) {
    ASSERT_TRUE(w.delivery->run().ok());
    if (w.delivery->state() == State::trial) {
      ASSERT_TRUE(w.delivery->confirm().ok());
    }
    if (w.in_use() != "3") {
      ASSERT_TRUE(w.offer(w.v3).ok()) << w.delivery->explain();
    }
  }
  EXPECT_EQ(w.in_use(), "3") << w.delivery->explain();
}

size_t cuts = 0;

void try_row(const Row& row) {
  SCOPED_TRACE(cat(name(row.state), " + ", name(row.event)));
  const bool alone = row.event == Event::no_way_back;
  World w(World::blank(), !alone);
  reach_for(w, row);
  ASSERT_EQ(name(w.delivery->state()), name(row.state)) << w.delivery->explain();
  std::set<std::string> allowed = {w.in_use()};
  // A damaged file is no version: what takes its place may be there from the damage on.
  if (row.event == Event::damaged) allowed.insert(row.state == State::trial ? "1" : "0");
  std::vector<SimulatedDisk> moments;
  w.disk.after_change = [&](const char*) {
    moments.push_back(w.disk);
    moments.back().after_change = nullptr;
  };
  const auto done = cause(w, row.event);
  w.disk.after_change = nullptr;
  ASSERT_TRUE(done.ok()) << done.error().text();
  if (row.event != Event::restarted) {
    ASSERT_FALSE(w.delivery->history().empty());
    const Decision last = w.delivery->history().back();
    EXPECT_EQ(name(last.event), name(row.event)) << last.why;
    EXPECT_TRUE(last.why.starts_with(row.why)) << last.why;
    EXPECT_NE(w.delivery->explain().find(row.why), std::string::npos);
  }
  const Slots slots = w.store.slots("m").value();
  const State stored = stored_state(slots, slots.wanted && w.store.has(*slots.wanted));
  EXPECT_EQ(name(w.delivery->state()), name(row.next == State::as_stored ? stored : row.next));
  allowed.insert(w.in_use());
  EXPECT_FALSE(allowed.contains("damaged"));
  if (alone) {
    EXPECT_EQ(w.in_use(), "1") << "never without a model";
  }
  moments.push_back(w.disk);
  for (SimulatedDisk& moment : moments) {
    moment.read_only = false;
    moment.capacity = ~uint64_t{0};
    judge(moment.after_power_loss(Cut::drop, 0), allowed, !alone);
    judge(moment.after_power_loss(Cut::keep, 0), allowed, !alone);
    for (uint64_t seed = 0; seed < 2; ++seed)
      judge(moment.after_power_loss(Cut::shuffled, seed), allowed, !alone);
    cuts += 4;
  }
}

TEST(States, every_row_is_taken_and_survives_a_power_cut_after_every_call) {
  for (const Row& row : rows()) {
    try_row(row);
    if (::testing::Test::HasFatalFailure()) return;
  }
  std::printf("%zu rows, %zu power cuts in them\n", rows().size(), cuts);
  EXPECT_GT(cuts, 1000u);
}

TEST(States, the_table_is_whole) {
  for (size_t i = 0; i < rows().size(); ++i)
    for (size_t j = 0; j < i; ++j)
      EXPECT_FALSE(rows()[i].state == rows()[j].state && rows()[i].event == rows()[j].event)
          << name(rows()[i].state) << " " << name(rows()[i].event) << " stands there twice";
  for (size_t s = 0; s < static_cast<size_t>(State::as_stored); ++s) {
    const auto state = static_cast<State>(s);
    EXPECT_NE(find_row(state, Event::restarted), nullptr)
        << name(state) << ": a restart can come at any time";
    bool entered = false;
    for (const Row& row : rows()) entered = entered || (row.next == state && row.state != state);
    EXPECT_TRUE(entered) << name(state) << " is never entered";
  }
  EXPECT_EQ(name(Event::restarted), "restarted");
  EXPECT_EQ(name(State::as_stored), "as_stored");
}

TEST(States, what_cannot_happen_is_refused) {
  World w(World::blank());
  EXPECT_EQ(w.delivery->send_back("x").error().code(), Code::failed_precondition);
  EXPECT_EQ(w.delivery->confirm().error().code(), Code::failed_precondition);
  EXPECT_EQ(w.offer({"1", "../x", 1, ""}).error().code(), Code::invalid_argument);
  EXPECT_FALSE(w.delivery->step().value());
}

TEST(States, what_is_not_here_is_deleted_without_an_error_and_never_rolled_back) {
  World w(World::blank(), false);
  EXPECT_TRUE(w.delivery->remove().ok());
  EXPECT_TRUE(w.delivery->remove().ok());
  EXPECT_EQ(w.delivery->send_back("x").error().code(), Code::failed_precondition);
  EXPECT_TRUE(w.delivery->history().empty());
  reach_alone(w, State::active);
  const auto refused = w.delivery->send_back("bad results");
  EXPECT_EQ(refused.error().code(), Code::failed_precondition);
  EXPECT_NE(refused.error().text().find("no other version to return to"), std::string::npos);
  EXPECT_EQ(w.in_use(), "1");
  EXPECT_TRUE(w.delivery->remove().ok());
  EXPECT_EQ(w.in_use(), "none");
  EXPECT_TRUE(w.delivery->remove().ok());
}

TEST(States, a_version_whose_judging_ends_the_process_again_and_again_is_refused) {
  World w(World::blank());
  reach(w, State::verifying);
  for (int crash = 0; crash < 2; ++crash) {
    // What the judge does takes the process with it: nothing is said about the version.
    ASSERT_TRUE(w.store.note_judging("m").value());
    w.restart();
    ASSERT_EQ(w.delivery->state(), State::verifying);
    EXPECT_EQ(w.in_use(), "1");
  }
  ASSERT_TRUE(w.delivery->run().ok());
  EXPECT_EQ(w.delivery->state(), State::failed);
  EXPECT_EQ(w.in_use(), "1");
  EXPECT_NE(w.delivery->explain().find("ended 2 times while it was judged"), std::string::npos);
  ASSERT_TRUE(w.offer(w.v2).ok());
  EXPECT_EQ(w.delivery->history().back().event, Event::refused_before);
  // Another version has its own count, and an end that was not the version's fault is forgiven.
  ASSERT_TRUE(w.offer(w.v3).ok());
  w.steps(2);
  ASSERT_TRUE(w.store.note_judging("m").value());
  w.restart();
  ASSERT_TRUE(w.delivery->run().ok());
  EXPECT_EQ(w.in_use(), "3");
  EXPECT_EQ(w.store.slots("m")->judgings, 0u);
}

TEST(States, a_judge_that_cannot_work_now_refuses_nothing) {
  for (const Code code : {Code::io, Code::unavailable}) {
    World w(World::blank());
    reach(w, State::verifying);
    w.cannot = code;
    for (int tries = 0; tries < 4; ++tries) {  // more than a version may end the process
      ASSERT_TRUE(w.delivery->run().ok());
      EXPECT_EQ(w.delivery->history().back().event, Event::disk_failed);
      EXPECT_TRUE(w.store.slots("m")->refused.empty());
      ASSERT_TRUE(w.offer(w.v2).ok());
    }
    w.cannot.reset();
    ASSERT_TRUE(w.offer(w.v2).ok());
    ASSERT_TRUE(w.delivery->run().ok());
    EXPECT_EQ(w.in_use(), "2");
  }
}

TEST(States, a_delivery_says_why_it_does_not_go_on) {
  World w(World::blank());
  ASSERT_TRUE(install(w.store, "m", w.v1, kOne).ok());
  w.terms.updates = {.wifi = true, .charging = true, .battery_percent = 50};
  w.restart();
  w.device.state = {.network = Network::cellular, .charging = false, .battery_percent = 34};
  ASSERT_TRUE(w.offer(w.v2).ok());
  ASSERT_TRUE(w.delivery->run().ok());
  EXPECT_EQ(w.delivery->explain(),
            "model m is queued, because not fetched while conditions do not hold: not on wifi, not "
            "charging, the battery is at 34 %, not 50 %. Wanted: 2. In use: 1.");
  EXPECT_TRUE(w.server.requests.empty());
  w.device.state = {.network = Network::wifi, .charging = true, .battery_percent = 51};
  ASSERT_TRUE(w.delivery->run().ok());
  EXPECT_EQ(w.in_use(), "2");
  EXPECT_EQ(w.delivery->state(), State::trial);
}

TEST(Conditions, each_has_its_reason) {
  const DeviceState bad = {Network::cellular, true, true, false, false, true, 10, 100};
  const Conditions all = {true, true, false, false, true, true, false, 20, 200};
  const std::vector<std::string> reasons = unmet(all, bad);
  EXPECT_EQ(reasons.size(), 9u);
  const DeviceState good = {Network::wifi, false, false, true, true, false, 90, 1000};
  EXPECT_TRUE(unmet(all, good).empty());
  EXPECT_EQ(unmet(all, {}).size(), 6u) << "what nobody knows does not hold";
  EXPECT_TRUE(unmet({}, {}).empty()) << "the defaults ask for nothing";
  EXPECT_EQ(unmet({}, {.network = Network::none}), std::vector<std::string>{"no network"});
}

TEST(Conditions, firebase_flags_map_one_to_one) {
  EXPECT_TRUE(unmet(firebase_android(), {.network = Network::cellular}).empty());
  const Conditions android = firebase_android(true, true, true);
  EXPECT_TRUE(android.charging && android.wifi && android.idle && android.cellular);
  EXPECT_TRUE(firebase_ios().cellular);
  EXPECT_EQ(unmet(firebase_ios(false), {.network = Network::cellular}).size(), 1u);
  const FlutterFlags flags = {false, false, true, false, false};
  EXPECT_FALSE(firebase_flutter(flags, true).cellular || firebase_flutter(flags, true).charging);
  EXPECT_TRUE(firebase_flutter(flags, false).cellular && firebase_flutter(flags, false).charging);
  EXPECT_FALSE(firebase_flutter({}, true).background);
}

}  // namespace
}  // namespace samara::delivery
