// The life of a model on a disk that fails and a machine whose power is cut after every call.
//
// One run of a life is recorded: after each call that changes the disk, what a power loss could leave
// behind is made in many variants (unsynced data dropped, kept, torn, shuffled with pages of zeroes
// or garbage). On each such disk the store must at once give out a model that is whole and is one of
// those that may be in use at that moment: what was acknowledged stays. Then it mends itself and the
// life goes on to its end. The cut may come again while it does.
//
// SAMARA_FAULTS=all (scripts/test-faults) tries every variant; else a sample that takes seconds.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <unordered_set>

#include "base/text.h"
#include "fleet/delivery/delivery_test.h"
#include "fleet/delivery/download.h"

namespace samara::delivery {
namespace {

using testing::Cut;
using testing::SimulatedDisk;

bool everything() {
  const char* value = std::getenv("SAMARA_FAULTS");  // NOLINT(concurrency-mt-unsafe)
  return value && std::string_view(value) == "all";
}

using Versions = std::set<std::string>;

/// With it, lives are led on stores that seal, with contents of two sealed pieces.
KeySource life_key;
struct SealedLives {
  SealedLives() {
    life_key = [] { return crypto::Secret(std::string(32, 'k')); };
  }
  ~SealedLives() { life_key = nullptr; }
};

/// With it, versions differ in little, and come as deltas from what is here or bundled.
const std::string kDeltas = "https://hub/deltas";
bool life_deltas = false;
struct DeltaLives {
  DeltaLives() { life_deltas = true; }
  ~DeltaLives() { life_deltas = false; }
};

const std::string& bundled_content() {
  static const std::string plain = "bundled", noise = random_text(6'000, 1);
  return life_deltas ? noise : plain;
}

/// Of versions that differ in little, the n-th.
std::string little_else(int n) {
  std::string out = bundled_content();
  return out.replace(1'000u * n, 200, random_text(200 + 8u * n, n + 2));
}

/// By what they turn into what, as their addresses say it; made once, which takes its time.
const std::map<std::string, std::string>& deltas() {
  static const auto made = [] {
    const std::string all[] = {little_else(0), little_else(1), little_else(2), bundled_content()};
    std::map<std::string, std::string> out;
    for (const std::string& from : all)
      for (const std::string& to : all)
        if (from != to)
          out[cat(sha256_hex(bytes_of(from)), "/", sha256_hex(bytes_of(to)))] = delta_of(from, to);
    return out;
  }();
  return made;
}

/// What happens to a device, and which versions may be in use at each moment of it.
class Life {
 public:
  Life() : store_("/data/samara", {.most_starts = 1, .clock = &clock_, .key = life_key}) {
    const size_t size = life_key ? 70'000 : 2900;
    const char* digits = "123";
    for (int n = 0; n < 3; ++n) {
      content_[n] = std::string(size + 64 * n, digits[n]);
      for (size_t i = 0; i < content_[n].size(); i += 3) content_[n][i] = static_cast<char>(i);
      if (life_deltas) content_[n] = little_else(n);
      entry_[n] = entry_of(cat(n + 1, ".0.0"), content_[n]);
      server_.piece = size / 48;
      server_.pages["https://hub/" + entry_[n].version].content = content_[n];
    }
    if (life_deltas) offer_deltas();
  }

  static void prepare(SimulatedDisk& disk) { disk.put("/app/bundled.tflite", bundled_content()); }

  /// Steps on to the end; a failed one ends it.
  Status run() {
    struct Step {
      Versions after;
      std::function<Status()> act;
    };
    const Step steps[] = {
        {{"0"}, [&] { return download(0); }},
        {{"1.0.0"}, [&] { return store_.activate("m"); }},
        {{"1.0.0"}, [&] { return prove(); }},
        {{"1.0.0"}, [&] { return download(1); }},
        {{"2.0.0"}, [&] { return store_.activate("m"); }},
        {{"2.0.0"}, [&] { return prove(); }},
        {{"2.0.0"}, [&] { return clean(); }},
        {{"1.0.0"}, [&] { return store_.roll_back("m", "wrong results"); }},
        {{"1.0.0"}, [&] { return clean(); }},
        {{"1.0.0"}, [&] { return download(2); }},
        {{"3.0.0"}, [&] { return store_.activate("m"); }},
        {{"3.0.0"}, [&] { return start(); }},
        {{"1.0.0"}, [&] { return start(); }},
        {{"1.0.0"}, [&] { return clean(); }},
        {{"0"}, [&] { return store_.remove("m"); }},
        {{"0"}, [&] { return clean(); }},
    };
    now_ = {"0"};
    for (const Step& step : steps) {
      const Versions before = now_;
      now_.insert(step.after.begin(), step.after.end());
      if (auto done = step.act(); !done.ok()) return done;
      now_ = step.after;
    }
    return ok();
  }

  /// What comes after a cut: mend, then bring version 2 (or 3, where 2 was refused) and clean up.
  Status recover() {
    if (auto mended = store_.check(); !mended.ok()) return mended.error();
    const auto slots = store_.slots("m");
    if (!slots.ok()) return slots.error();
    const int n = slots->refusal(entry_[1].sha256) ? 0 : 1;
    final_ = entry_[n].version;
    before_it_ = slots->previous ? slots->previous->version : "0";
    if (slots->current != entry_[n]) {
      if (auto done = download(n); !done.ok()) return done;
      if (auto done = store_.activate("m"); !done.ok()) return done;
    }
    if (auto done = prove(); !done.ok()) return done;
    return clean();
  }

  /// The version in use; "" if there is none or its bytes are not what they should be.
  std::string in_use(const SimulatedDisk& disk) {
    const Bundled bundled = {"0", "/app/bundled.tflite"};
    const auto file = store_.file("m", &bundled);
    if (!file.ok()) return "";
    const std::string bytes = file->sealed ? unsealed(*file) : disk.content(file->path);
    if (file->slot == Slot::bundled) return bytes == bundled_content() ? "0" : "";
    return sha256_hex(bytes_of(bytes)) == file->sha256 ? file->version : "";
  }

  Store& store() { return store_; }
  const Versions& now() const { return now_; }
  const std::string& last() const { return final_; }
  uint64_t sent() const { return server_.sent; }
  uint64_t size() const { return content_[0].size(); }

 private:
  void offer_deltas() {
    server_.piece = 50;
    for (const auto& [name, delta] : deltas())
      server_.pages[cat(kDeltas, "/", name)].content = delta;
  }
  /// As Delivery chooses them.
  std::vector<Base> bases() const {
    std::vector<Base> out;
    const auto slots = store_.slots("m");
    if (!slots.ok()) return out;
    for (const auto* slot : {&slots->current, &slots->previous})
      if (*slot && store_.has(**slot)) out.push_back({**slot});
    if (out.empty()) out.push_back({entry_of("0", bundled_content()), "/app/bundled.tflite"});
    return out;
  }
  Status download(int n) {
    if (auto wanted = store_.want("m", entry_[n]); !wanted.ok()) return wanted;
    Downloader downloader(
        store_, server_, clock_, [] { return 0.0; },
        {.most_fruitless = 1, .reserve = 0, .sync_every = life_key ? 66'000u : 900u});
    DownloadJob job;
    job.entry = entry_[n];
    job.urls = {"https://hub/" + entry_[n].version};
    if (life_deltas) {
      job.deltas = {kDeltas};
      job.bases = bases();
    }
    if (auto fetched = downloader.fetch(job); !fetched.ok()) return fetched;
    return store_.stage("m", entry_[n]);
  }
  std::string unsealed(const ModelFile& file) {
    const auto memory = store_.unsealed({file.version, file.sha256, file.size, ""});
    if (!memory.ok()) return "";
    return std::string(reinterpret_cast<const char*>(memory->bytes().data()), file.size);
  }
  Status start() {
    const auto started = store_.note_start("m", true);
    return started.ok() ? ok() : Status(started.error());
  }
  Status prove() {
    const auto started = store_.note_start("m", true);
    if (!started.ok()) return started.error();
    if (*started == Start::go) return store_.confirm("m");
    // The power was cut while the model was on trial, which cannot be told from its crash.
    final_ = before_it_;
    return ok();
  }
  Status clean() {
    auto cleaned = store_.gc();
    return cleaned.ok() ? ok() : Status(cleaned.error());
  }

  TestClock clock_;
  TestServer server_;
  Store store_;
  std::string content_[3];
  Entry entry_[3];
  Versions now_;
  std::string final_;
  std::string before_it_;
};

/// A disk at the moment of a cut, and the versions that may be found in use.
struct Moment {
  SimulatedDisk disk;
  Versions allowed;
};

std::vector<Moment> record(const SimulatedDisk& from, const std::function<Status(Life&)>& act,
                           const Versions* allowed = nullptr) {
  std::vector<Moment> out;
  SimulatedDisk disk = from;
  const SimulatedDisk::Mount mount(disk);
  Life life;
  disk.after_change = [&](const char*) {
    out.push_back({disk, allowed ? *allowed : life.now()});
    out.back().disk.after_change = nullptr;
  };
  const auto done = act(life);
  EXPECT_TRUE(done.ok()) << done.error().text();
  disk.after_change = nullptr;
  return out;
}

std::string text_of(const Versions& versions) {
  std::string out;
  for (const std::string& v : versions) out += v + " ";
  return out;
}

/// Counts the distinct disks that were tried, and holds each to the rules.
struct Trial {
  std::unordered_set<uint64_t> seen;
  size_t tried = 0;
  size_t lost = 0;   // no model, or a damaged one
  size_t wrong = 0;  // one that may not be in use

  /// True: a disk that was not tried before.
  bool take(SimulatedDisk disk, const Versions& allowed) {
    ++tried;
    uint64_t key = disk.fingerprint();
    for (const std::string& v : allowed) key = key * 1000003 + std::hash<std::string>()(v);
    if (!seen.insert(key).second) return false;
    const SimulatedDisk::Mount mount(disk);
    Life life;
    judge(life.in_use(disk), allowed, "at once");
    const auto done = life.recover();
    EXPECT_TRUE(done.ok()) << done.error().text();
    judge(life.in_use(disk), {life.last()}, "in the end");
    const auto report = life.store().check();
    EXPECT_TRUE(report.ok() && report->findings.empty());
    return true;
  }

  void judge(const std::string& found, const Versions& allowed, const char* when) {
    if (found.empty()) ++lost;
    if (!found.empty() && !allowed.contains(found)) ++wrong;
    EXPECT_TRUE(allowed.contains(found))
        << "found '" << found << "' " << when << ", allowed " << text_of(allowed);
  }
  /// Every variant of what a cut at this moment may leave.
  std::vector<SimulatedDisk> variants(const Moment& moment, uint64_t seeds) {
    std::vector<SimulatedDisk> out = {moment.disk.after_power_loss(Cut::drop, 0),
                                      moment.disk.after_power_loss(Cut::keep, 0)};
    if (moment.disk.unsynced() == 0) seeds = 0;
    for (uint64_t seed = 0; seed < seeds; ++seed) {
      out.push_back(moment.disk.after_power_loss(Cut::torn, seed));
      out.push_back(moment.disk.after_power_loss(Cut::shuffled, seed));
    }
    return out;
  }
  void report(const char* name) const {
    std::printf("%s: %zu disks tried, %zu of them distinct; model lost %zu, wrong model run %zu\n",
                name, tried, seen.size(), lost, wrong);
    EXPECT_EQ(lost, 0u);
    EXPECT_EQ(wrong, 0u);
  }
};

SimulatedDisk fresh_disk() {
  SimulatedDisk disk;
  Life::prepare(disk);
  return disk;
}

TEST(Faults, the_power_is_cut_after_every_call) {
  const auto moments = record(fresh_disk(), [](Life& life) { return life.run(); });
  ASSERT_GT(moments.size(), 150u);
  Trial trial;
  const uint64_t seeds = everything() ? 130 : 4;
  for (const Moment& moment : moments)
    for (SimulatedDisk& disk : trial.variants(moment, seeds))
      trial.take(std::move(disk), moment.allowed);
  std::printf("%zu moments\n", moments.size());
  trial.report("power cut");
  EXPECT_GE(trial.seen.size(), everything() ? 20'000u : 500u);
}

TEST(Faults, the_power_is_cut_after_every_call_of_a_store_that_seals) {
  const SealedLives sealed;
  const auto moments = record(fresh_disk(), [](Life& life) { return life.run(); });
  ASSERT_GT(moments.size(), 150u);
  for (const Moment& moment : moments)
    for (const std::string& path : moment.disk.paths())
      EXPECT_EQ(moment.disk.content(path).find("022322622922"), std::string::npos)
          << path << " has the content as it is";
  Trial trial;
  const size_t stride = everything() ? 1 : 4;
  for (size_t i = 0; i < moments.size(); i += stride)
    for (SimulatedDisk& disk : trial.variants(moments[i], everything() ? 130 : 1))
      trial.take(std::move(disk), moments[i].allowed);
  trial.report("power cut, sealed");
  EXPECT_GE(trial.seen.size(), everything() ? 3'000u : 50u);
}

TEST(Faults, the_power_is_cut_after_every_call_while_deltas_come_and_are_applied) {
  if (const auto here = delta::available(); !here.ok()) GTEST_SKIP() << here.error().text();
  const DeltaLives deltas;
  uint64_t sent = 0, size = 0;
  const auto moments = record(fresh_disk(), [&](Life& life) {
    const Status done = life.run();
    sent = life.sent();
    size = life.size();
    return done;
  });
  ASSERT_GT(moments.size(), 150u);
  EXPECT_LT(sent, size) << "three versions came in less than the bytes of one";
  Trial trial;
  for (const Moment& moment : moments)
    for (SimulatedDisk& disk : trial.variants(moment, everything() ? 130 : 2))
      trial.take(std::move(disk), moment.allowed);
  std::printf("%zu moments, %llu bytes sent\n", moments.size(),
              static_cast<unsigned long long>(sent));
  trial.report("power cut, deltas");
  EXPECT_GE(trial.seen.size(), everything() ? 3'000u : 200u);
}

TEST(Faults, the_power_is_cut_again_during_recovery) {
  const auto moments = record(fresh_disk(), [](Life& life) { return life.run(); });
  Trial trial;
  const size_t stride = everything() ? 3 : 40;
  for (size_t i = 0; i < moments.size(); i += stride) {
    const SimulatedDisk first = moments[i].disk.after_power_loss(Cut::shuffled, i);
    // Whatever was in use may stay in use until the end; so may what the recovery brings.
    Versions allowed = moments[i].allowed;
    allowed.insert("2.0.0");
    allowed.insert("1.0.0");
    for (const Moment& second : record(first, [](Life& l) { return l.recover(); }, &allowed))
      for (SimulatedDisk& disk : trial.variants(second, everything() ? 4 : 1))
        trial.take(std::move(disk), second.allowed);
  }
  trial.report("second cut");
  EXPECT_GE(trial.seen.size(), everything() ? 5'000u : 200u);
}

/// Each call of a life fails, once or from then on; then the disk is well again.
TEST(Faults, every_call_fails_with_every_error) {
  constexpr int kShort = 0;
  const SimulatedDisk fresh = fresh_disk();
  int calls = 0;
  {
    SimulatedDisk disk = fresh;
    const SimulatedDisk::Mount mount(disk);
    Life life;
    ASSERT_TRUE(life.run().ok());
    calls = disk.calls;
  }
  size_t runs = 0;
  size_t told = 0;
  Trial trial;
  for (const int error : {EIO, ENOSPC, EROFS, EDQUOT, EINTR, kShort}) {
    for (const bool for_ever : {false, true}) {
      // A short call for ever is merely slow; a call that is interrupted for ever is no disk.
      if (for_ever ? error == EINTR : error == kShort) continue;
      const int stride = everything() ? 1 : 29;
      for (int at = error % stride; at < calls; at += stride) {
        SimulatedDisk disk = fresh;
        Versions allowed;
        {
          const SimulatedDisk::Mount mount(disk);
          Life life;
          disk.fault = {at, error, for_ever};
          const bool good = life.run().ok();
          disk.fault = {};
          told += !good;
          ++runs;
          if (error == kShort) {
            EXPECT_TRUE(good) << "short writes and reads are no failures; call " << at;
          }
          const std::string found = life.in_use(disk);
          allowed = life.now();
          trial.judge(found, allowed, "after a failed call");
        }
        // The disk is well again, or the machine was switched off in its distress: what was
        // acknowledged stays in either case.
        trial.take(disk.after_power_loss(Cut::keep, 0), allowed);
        trial.take(disk.after_power_loss(Cut::drop, 0), allowed);
      }
    }
  }
  std::printf("%zu runs with a failing call (of %d), %zu told of it\n", runs, calls, told);
  trial.report("failing calls");
  EXPECT_GT(told, runs / 4);
}

}  // namespace
}  // namespace samara::delivery
