// A device, its hub, the network, the disk and the clocks in one thread, and a hundred things that
// happen to them, chosen by a seed: versions good and bad, rollbacks, cuts of power and network, failing
// disks, forged and old metadata, clocks that jump, crashes, an app that deletes and sends back.
//
// After each of them a whole model is in use, one that was signed for and has not been refused here; and
// when the trouble is over, the newest comes. SAMARA_SEED=n leads one life again, SAMARA_SEEDS=n so
// many.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <set>
#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "fleet/agent/time_floor.h"
#include "fleet/agent/tuf_catalog.h"
#include "fleet/delivery/delivery.h"
#include "fleet/delivery/delivery_test.h"
#include "fleet/trust/repository_test.h"

namespace samara::agent {
namespace {

using delivery::Delivery;
using delivery::Event;
using delivery::State;
using testing::Cut;
using testing::SimulatedDisk;

constexpr const char* kName = "m";
constexpr const char* kBundled = "bundled";

uint64_t number_from(const char* variable, uint64_t otherwise) {
  const char* text = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe)
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

/// What a publisher makes: contents that differ, some of which no device can run.
struct Publisher {
  trust::Repository repository;
  std::vector<std::string> contents;
  std::map<std::string, bool> fit;                             // by SHA-256
  std::vector<std::map<std::string, std::string>> old_states;  // of the metadata
  delivery::TestServer* server = nullptr;

  void put_on_channel(size_t n) {
    old_states.push_back(repository.files);
    auto target = trust::describe("stable/m.tflite", contents[n]).value();
    target.custom = json::Json::object({{"version", cat(n + 1, ".0.0")}});
    ASSERT_TRUE(trust::set_target(repository.roles["targets"], target).ok());
    repository.publish_all();
    const std::string sha256 = sha256_hex(delivery::bytes_of(contents[n]));
    server->pages[cat("https://hub/stable/", sha256, ".m.tflite")].content = contents[n];
  }
  void publish(const std::string& content, bool is_fit) {
    contents.push_back(content);
    fit[sha256_hex(delivery::bytes_of(content))] = is_fit;
    put_on_channel(contents.size() - 1);
  }
};

class Device final : public delivery::DeviceStateSource {
 public:
  delivery::DeviceState now() override { return {.charging = charging}; }
  bool charging = true;
};

/// What was seen in all lives, so that none of it is missed.
struct Seen {
  std::map<Event, int> events;
  int versions = 0;  // that came in use
};

class Life {
 public:
  Life(uint64_t seed, Seen& seen) : random_(seed), mount_(disk_), seen_(seen) {
    publisher_.server = &server_;
    disk_.put("/app/m", kBundled);
    clock_.wall = trust::kNow * 1000;
    server_.piece = 97;
    boot();
  }
  ~Life() { running_.reset(); }

  void lead(int happenings) {
    publish();
    for (int i = 0; i < happenings && !::testing::Test::HasFailure(); ++i) {
      clock_.steady += 7'200'000;
      happen();
      expect_sound();
    }
    if (!::testing::Test::HasFailure()) come_to_rest();
  }

 private:
  /// What a process has; made anew whenever it starts.
  struct Running {
    explicit Running(Life& life)
        : store("/data", {.most_starts = 1, .clock = &life.clock_}),
          trusted(trust::folder_store("/data/trusted")),
          floor("/data/time", life.clock_),
          catalog(*trusted, life.metadata(), {.target_urls = {"https://hub"}}, floor),
          downloader(store, life.server_, life.clock_, [] { return 0.0; },
                     {.most_fruitless = 1, .reserve = 0, .sync_every = 400}),
          delivery(
              kName, store, downloader, life.device_, life.clock_,
              [&life](const std::string& path) { return life.judge(path); },
              {.first = {.charging = true}, .updates = {.charging = true}},
              delivery::Bundled{"0", "/app/m"}) {}
    delivery::Store store;
    std::unique_ptr<trust::Store> trusted;
    TimeFloor floor;
    TufCatalog catalog;
    delivery::Downloader downloader;
    Delivery delivery;
  };

  uint64_t draw(uint64_t below) { return random_() % below; }

  void boot() {
    running_.reset();
    (void)make_folders("/data/trusted");
    running_.emplace(*this);
    running_->delivery.on_decision = [this](const delivery::Decision& decision) {
      ++seen_.events[decision.event];
    };
    if (!running_->trusted->load("root").ok())
      (void)trust::Client::bootstrap(*running_->trusted, publisher_.repository.first_root);
  }
  void cut_power() {
    running_.reset();
    constexpr Cut kCuts[] = {Cut::drop, Cut::keep, Cut::torn, Cut::shuffled};
    disk_.fault = {};
    disk_ = disk_.after_power_loss(kCuts[draw(4)], random_());
    boot();
  }
  Status judge(const std::string& path) const {
    const auto found = publisher_.fit.find(path.substr(path.rfind('/') + 1));
    if (found != publisher_.fit.end() && found->second) return ok();
    return Error(Code::unsupported, "operator 'FOO' is not here");
  }
  trust::Fetch metadata() {
    return [this](const std::string& name, uint64_t most) -> Result<std::string> {
      if (metadata_lost_) return Error(Code::unavailable, "the connection was lost");
      const auto& files = old_metadata_ ? *old_metadata_ : publisher_.repository.files;
      const auto found = files.find(name);
      if (found == files.end()) return Error(Code::not_found, name);
      std::string bytes = found->second;
      if (forged_ && !bytes.empty()) bytes[draw(bytes.size())] ^= 1;
      if (bytes.size() > most) return Error(Code::resource_exhausted, name);
      return bytes;
    };
  }

  void publish() {
    std::string content(300 + draw(2'000), '\0');
    for (char& c : content) c = static_cast<char>(random_());
    publisher_.publish(content, draw(5) != 0);
  }
  /// What ModelManager does with a delivery; fails as it may.
  Status ask() {
    Delivery& d = running_->delivery;
    TRY(d.run());
    TRY(prove());
    auto offer = running_->catalog.newest(kName, {});
    if (!offer.ok()) return offer.error();
    TRY(d.offer(*offer));
    TRY(d.run());
    return prove();
  }
  Status prove() {
    const auto slots = running_->store.slots(kName);
    if (!slots.ok() || !slots->current || slots->proven) return ok();
    TRY(running_->delivery.note_start());
    return draw(3) == 0 || running_->delivery.state() != State::trial
               ? ok()
               : running_->delivery.confirm();
  }
  void send_back() {
    const auto slots = running_->store.slots(kName);
    if (!slots.ok() || !slots->current) return;
    if (running_->delivery.send_back("bad results").ok()) refused_.insert(slots->current->sha256);
  }
  void damage() {
    const auto file = running_->store.file(kName);
    if (!file.ok()) return;
    std::string bytes = disk_.content(file->path);
    bytes[draw(bytes.size())] ^= 1;
    disk_.put(file->path, bytes);
    (void)running_->delivery.check();
  }
  void end_while_judging() {
    for (int i = 0; i < 6 && running_->delivery.state() != State::verifying; ++i)
      if (!running_->delivery.step().ok()) return;
    if (running_->delivery.state() == State::verifying) (void)running_->store.note_judging(kName);
    boot();
  }
  void jump() {
    constexpr int64_t kYear = int64_t{365} * 86'400'000;
    constexpr int64_t kJumps[] = {-10 * kYear, 10 * kYear, 0, 0, 0};
    clock_.wall = trust::kNow * 1000 + kJumps[draw(5)];
  }

  // --- troubles while it asks

  void ask_over_a_bad_network() {
    const auto healthy = server_.pages;
    for (auto& [url, page] : server_.pages) {
      switch (draw(6)) {
        case 0:
          page.cut_after = draw(page.content.size());
          break;
        case 1:
          page.content[draw(page.content.size())] ^= 1;
          break;
        case 2:
          page.statuses = {static_cast<int>(draw(2) ? 503 : 404)};
          break;
        case 3:
          page.ranges = false;
          break;
        case 4:
          page.endless = 3;
          break;
        default:
          page.etag = cat('"', draw(100), '"');
      }
    }
    if (draw(4) == 0) server_.pages.clear();  // nobody is there
    metadata_lost_ = draw(4) == 0;
    (void)ask();
    metadata_lost_ = false;
    server_.pages = healthy;
  }
  void ask_a_liar() {
    if (draw(2) == 0) old_metadata_ = publisher_.old_states[draw(publisher_.old_states.size())];
    forged_ = !old_metadata_ || draw(3) == 0;
    (void)ask();
    forged_ = false;
    old_metadata_.reset();
  }
  void ask_on_a_bad_disk(bool dies) {
    constexpr int kErrors[] = {EIO, ENOSPC, EROFS, EDQUOT, 0};
    const int error = dies ? EIO : kErrors[draw(5)];
    disk_.fault = {disk_.calls + static_cast<int>(draw(120)), error, dies || draw(2) == 0};
    (void)ask();
    if (dies) cut_power();
    disk_.fault = {};
  }

  void happen() {
    switch (draw(18)) {
      case 0:
      case 1:
        publish();
        break;
      case 2:
        publisher_.put_on_channel(draw(publisher_.contents.size()));
        break;
      case 3:
      case 4:
      case 5:
        (void)ask();
        break;
      case 6:
        (void)running_->delivery.confirm();
        break;
      case 7:
        (void)running_->delivery.note_start();
        boot();
        break;
      case 8:
        send_back();
        break;
      case 9:
        boot();
        break;
      case 10:
        cut_power();
        break;
      case 11:
        ask_on_a_bad_disk(true);
        break;
      case 12:
        ask_on_a_bad_disk(false);
        break;
      case 13:
        ask_over_a_bad_network();
        break;
      case 14:
        ask_a_liar();
        break;
      case 15:
        jump();
        break;
      case 16:
        device_.charging = !device_.charging;
        break;
      default:
        rarely();
    }
  }
  void rarely() {
    switch (draw(3)) {
      case 0:
        damage();
        break;
      case 1:
        end_while_judging();
        break;
      default:
        if (running_->delivery.remove().ok()) refused_.clear();
        (void)running_->store.gc();
    }
  }

  void expect_sound() {
    const delivery::Bundled bundled = {"0", "/app/m"};
    const auto file = running_->store.file(kName, &bundled);
    ASSERT_TRUE(file.ok()) << "never without a model: " << file.error().text();
    const std::string bytes = disk_.content(file->path);
    if (file->slot == delivery::Slot::bundled) {
      EXPECT_EQ(bytes, kBundled);
      return;
    }
    seen_.versions += std::exchange(in_use_, file->sha256) != file->sha256;
    EXPECT_EQ(sha256_hex(delivery::bytes_of(bytes)), file->sha256) << "damaged";
    const auto known = publisher_.fit.find(file->sha256);
    ASSERT_NE(known, publisher_.fit.end()) << "never signed for";
    EXPECT_TRUE(known->second) << "cannot run here";
    EXPECT_FALSE(refused_.contains(file->sha256)) << "was sent back";
  }
  /// All is well again: the newest comes.
  void come_to_rest() {
    clock_.wall = trust::kNow * 1000;
    device_.charging = true;
    boot();
    ASSERT_TRUE(running_->store.check().ok());
    const std::string content(500, 'n');
    publisher_.publish(content, true);
    for (int i = 0; i < 6; ++i) {
      clock_.steady += 7'200'000;
      (void)ask();
      (void)running_->delivery.confirm();
    }
    const auto file = running_->store.file(kName);
    ASSERT_TRUE(file.ok()) << running_->delivery.explain();
    EXPECT_EQ(disk_.content(file->path), content) << running_->delivery.explain();
  }

  std::mt19937_64 random_;
  SimulatedDisk disk_;
  SimulatedDisk::Mount mount_;
  delivery::TestClock clock_;
  delivery::TestServer server_;
  Device device_;
  Publisher publisher_;
  bool metadata_lost_ = false, forged_ = false;
  std::optional<std::map<std::string, std::string>> old_metadata_;
  std::set<std::string> refused_;
  std::string in_use_;
  Seen& seen_;
  std::optional<Running> running_;
};

TEST(Simulation, whatever_happens_a_good_model_is_in_use_and_the_newest_comes_in_the_end) {
  const uint64_t only = number_from("SAMARA_SEED", 0);
  const uint64_t seeds = number_from("SAMARA_SEEDS", 100);
  Seen seen;
  for (uint64_t seed = only ? only : 1; seed <= (only ? only : seeds); ++seed) {
    Life life(seed, seen);
    life.lead(60);
    ASSERT_FALSE(HasFailure()) << "SAMARA_SEED=" << seed;
  }
  std::printf("%d versions came in use", seen.versions);
  for (const auto& [event, times] : seen.events)
    std::printf(", %s %d", std::string(delivery::name(event)).c_str(), times);
  std::printf("\n");
  if (only || seeds < 100) return;
  for (const Event event :
       {Event::wanted, Event::refused_before, Event::up_to_date, Event::conditions_unmet,
        Event::connection_lost, Event::content_wrong, Event::not_offered, Event::disk_failed,
        Event::fetched, Event::unfit, Event::proven, Event::check_failed, Event::crash_loop,
        Event::damaged, Event::removed})
    EXPECT_GT(seen.events[event], 0) << delivery::name(event) << " never happened";
  EXPECT_GT(seen.versions, static_cast<int>(seeds));
}

}  // namespace
}  // namespace samara::agent
