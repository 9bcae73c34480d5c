#include "fleet/delivery/store.h"

#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/temporary_folder.h"
#include "base/text.h"
#include "fleet/delivery/delivery_test.h"

namespace samara::delivery {
namespace {

std::string all(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

class Names : public ::testing::Test {};

TEST_F(Names, cannot_leave_the_folder) {
  for (const char* good : {"digits", "Digits_2.v1", "a", "0-1"})
    EXPECT_TRUE(check_name(good).ok()) << good;
  const std::string long_name(129, 'a');
  for (const std::string& bad :
       {std::string(), std::string(".."), std::string("."), std::string(".hidden"),
        std::string("a/b"), std::string("../a"), std::string("a\\b"), std::string("a\0b", 3),
        std::string("a b"), std::string("\xc3\xa9"), std::string("a\n"), std::string("a:b"),
        long_name})
    EXPECT_EQ(check_name(bad).error().code(), Code::invalid_argument) << bad;
}

TEST_F(Names, hashes_are_64_lower_case_digits) {
  Entry entry = entry_of("1", "x");
  EXPECT_TRUE(check_entry(entry).ok());
  for (const std::string& bad : {std::string(), std::string(63, 'a'), std::string(64, 'A'),
                                 std::string("../") + std::string(61, 'a')}) {
    entry.sha256 = bad;
    EXPECT_EQ(check_entry(entry).error().code(), Code::invalid_argument) << bad;
  }
  entry = entry_of(std::string(5000, '1'), "x");
  EXPECT_FALSE(check_entry(entry).ok());
}

TEST(SlotsText, what_is_written_is_read) {
  Slots slots;
  slots.generation = 7;
  slots.wanted = entry_of("3", "c");
  slots.current = entry_of("2 \"\n\xc3\xa9", "b");
  slots.proven = true;
  slots.starts = 2;
  slots.judgings = 1;
  slots.pinned = slots.current->sha256;
  slots.refused = {{"1", std::string(64, 'a'), "crashed", 12}};
  const std::string text = dump(slots);
  EXPECT_EQ(parse_slots(text).value(), slots);
  for (size_t i = 0; i < text.size(); ++i) {
    std::string bad = text;
    bad[i] ^= 4;
    EXPECT_EQ(parse_slots(bad).error().code(), Code::data_loss) << i;
    EXPECT_FALSE(parse_slots(text.substr(0, i)).ok()) << i;
  }
  EXPECT_EQ(parse_trace(dump(Trace{*slots.wanted, 3, true})).value().entry, *slots.wanted);
  EXPECT_FALSE(parse_trace(text).ok());
  EXPECT_FALSE(parse_slots(dump(Trace{*slots.wanted, 3, true})).ok());
}

TEST_F(StoreTest, an_empty_store_has_nothing_and_falls_back_to_the_bundled_model) {
  EXPECT_EQ(store.file("digits").error().code(), Code::not_found);
  EXPECT_EQ(store.slots("digits").value(), Slots{});
  EXPECT_TRUE(store.names().value().empty());
  disk.put("/app/digits.tflite", "bundled");
  const Bundled bundled = {"0.9", "/app/digits.tflite"};
  const ModelFile file = store.file("digits", &bundled).value();
  EXPECT_EQ(file.slot, Slot::bundled);
  EXPECT_EQ(file.size, 7u);
  EXPECT_TRUE(store.hold("digits", &bundled).ok());
  EXPECT_EQ(disk.paths().size(), 1u) << "readers write nothing";
  const Bundled missing = {"0.9", "/app/no.tflite"};
  EXPECT_EQ(store.file("digits", &missing).error().code(), Code::not_found);
  EXPECT_EQ(store.file("../digits").error().code(), Code::invalid_argument);
}

TEST_F(StoreTest, a_version_is_wanted_staged_activated_and_proven) {
  ASSERT_TRUE(bring(store, "digits", v1, one).ok());
  EXPECT_EQ(version_in_use("digits"), "none") << "staged is not in use";
  ASSERT_TRUE(store.activate("digits").ok());
  EXPECT_FALSE(store.file("digits")->proven);
  ASSERT_TRUE(store.confirm("digits").ok());
  const ModelFile file = store.file("digits").value();
  EXPECT_TRUE(file.proven);
  EXPECT_EQ(file.sha256, v1.sha256);
  EXPECT_EQ(file.source, v1.source);
  EXPECT_EQ(read_file(file.path).value(), one);
  ASSERT_TRUE(install(store, "digits", v2, two).ok());
  const Slots slots = store.slots("digits").value();
  EXPECT_EQ(slots.current, v2);
  EXPECT_EQ(slots.previous, v1);
  EXPECT_FALSE(slots.wanted || slots.staged);
  EXPECT_EQ(store.names().value(), std::vector<std::string>{"digits"});
}

TEST_F(StoreTest, steps_in_the_wrong_order_are_refused) {
  EXPECT_EQ(store.activate("digits").error().code(), Code::failed_precondition);
  EXPECT_EQ(store.confirm("digits").error().code(), Code::failed_precondition);
  EXPECT_EQ(store.stage("digits", v1).error().code(), Code::failed_precondition);
  EXPECT_EQ(store.roll_back("digits", "x").error().code(), Code::failed_precondition);
  ASSERT_TRUE(install(store, "digits", v1, one).ok());
  EXPECT_EQ(store.roll_back("digits", "x").error().code(), Code::failed_precondition)
      << "there is nothing to return to";
  EXPECT_EQ(version_in_use("digits"), "1.0.0");
  EXPECT_EQ(store.refuse("digits", v1, "x").error().code(), Code::failed_precondition);
}

TEST_F(StoreTest, a_version_that_is_rolled_back_is_not_taken_again) {
  ASSERT_TRUE(install(store, "digits", v1, one).ok());
  ASSERT_TRUE(install(store, "digits", v2, two).ok());
  ASSERT_TRUE(store.roll_back("digits", "golden inputs differ").ok());
  EXPECT_EQ(version_in_use("digits"), "1.0.0");
  EXPECT_TRUE(store.file("digits")->proven);
  const auto again = store.want("digits", v2);
  ASSERT_FALSE(again.ok());
  EXPECT_NE(again.error().text().find("golden inputs differ"), std::string::npos);
  EXPECT_FALSE(store.stage("digits", v2).ok());
  ASSERT_TRUE(store.forgive("digits", v2.sha256).ok());
  EXPECT_TRUE(store.stage("digits", v2).ok());
}

TEST_F(StoreTest, a_model_that_crashes_before_it_is_proven_is_left_after_one_restart) {
  ASSERT_TRUE(install(store, "digits", v1, one).ok());
  ASSERT_TRUE(bring(store, "digits", v2, two).ok());
  ASSERT_TRUE(store.activate("digits").ok());
  EXPECT_EQ(store.note_start("digits").value(), Start::go);
  EXPECT_EQ(version_in_use("digits"), "2.0.0");
  EXPECT_EQ(store.note_start("digits").value(), Start::rolled_back);
  EXPECT_EQ(version_in_use("digits"), "1.0.0");
  EXPECT_EQ(store.note_start("digits").value(), Start::go) << "the old one is proven";
  EXPECT_EQ(store.slots("digits")->refused[0].sha256, v2.sha256);
}

TEST_F(StoreTest, the_only_model_is_never_taken_away) {
  ASSERT_TRUE(bring(store, "digits", v1, one).ok());
  ASSERT_TRUE(store.activate("digits").ok());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(store.note_start("digits").value(), Start::go);
  EXPECT_EQ(version_in_use("digits"), "1.0.0");
  EXPECT_EQ(store.note_start("digits", true).value(), Start::rolled_back) << "to the bundled one";
}

TEST_F(StoreTest, an_unproven_version_does_not_push_out_the_last_good_one) {
  ASSERT_TRUE(install(store, "digits", v1, one).ok());
  ASSERT_TRUE(bring(store, "digits", v2, two).ok());
  ASSERT_TRUE(store.activate("digits").ok());
  ASSERT_TRUE(bring(store, "digits", v3, three).ok());
  ASSERT_TRUE(store.activate("digits").ok());
  EXPECT_EQ(store.slots("digits")->previous, v1);
}

TEST_F(StoreTest, a_pin_holds_and_can_bring_back_the_previous_one) {
  ASSERT_TRUE(install(store, "digits", v1, one).ok());
  ASSERT_TRUE(install(store, "digits", v2, two).ok());
  ASSERT_TRUE(store.pin("digits", v1.sha256).ok());
  EXPECT_EQ(version_in_use("digits"), "1.0.0");
  ASSERT_TRUE(bring(store, "digits", v3, three).ok());
  EXPECT_EQ(store.activate("digits").error().code(), Code::failed_precondition);
  ASSERT_TRUE(store.pin("digits", "").ok());
  EXPECT_TRUE(store.activate("digits").ok());
  EXPECT_EQ(store.pin("digits", "../x").error().code(), Code::invalid_argument);
}

TEST_F(StoreTest, cleaning_keeps_what_either_record_names) {
  ASSERT_TRUE(install(store, "digits", v1, one).ok());
  ASSERT_TRUE(install(store, "digits", v2, two).ok());
  ASSERT_TRUE(install(store, "digits", v3, three).ok());
  ASSERT_TRUE(store.want("digits", v1).ok());
  ASSERT_TRUE(store.unwant("digits").ok());
  ASSERT_TRUE(store.gc().ok());
  EXPECT_TRUE(store.has(v1)) << "the older record still wants it";
  ASSERT_TRUE(store.refuse("digits", entry_of("9", "9"), "no").ok());
  EXPECT_EQ(store.gc()->freed, v1.size);
  EXPECT_FALSE(store.has(v1));
  EXPECT_TRUE(store.has(v2));
  EXPECT_TRUE(store.has(v3));
  ASSERT_TRUE(store.remove("digits").ok());
  EXPECT_EQ(version_in_use("digits"), "none");
  EXPECT_EQ(store.gc()->freed, v2.size + v3.size);
  EXPECT_EQ(disk.paths(), std::vector<std::string>{"/data/samara/lock"});
  EXPECT_TRUE(store.remove("digits").ok()) << "what is not there is removed";
}

TEST_F(StoreTest, cleaning_leaves_what_a_reader_holds_and_what_is_being_fetched) {
  ASSERT_TRUE(install(store, "digits", v1, one).ok());
  {
    const auto held = store.hold("digits");
    ASSERT_TRUE(held.ok());
    ASSERT_TRUE(store.remove("digits").ok());
    EXPECT_EQ(store.gc()->removed, 0u);
    EXPECT_TRUE(store.has(v1));
  }
  ASSERT_TRUE(store.want("faces", v2).ok());
  auto part = WritableFile::open(store.partial_path(v2.sha256));
  ASSERT_TRUE(part->append(bytes_of("222")).ok());
  EXPECT_EQ(store.gc()->removed, 1u);
  EXPECT_FALSE(store.has(v1));
  EXPECT_TRUE(exists(store.partial_path(v2.sha256)));
}

TEST_F(StoreTest, one_content_serves_two_models) {
  ASSERT_TRUE(install(store, "a", v1, one).ok());
  ASSERT_TRUE(store.stage("b", v1).ok());
  ASSERT_TRUE(store.activate("b").ok());
  ASSERT_TRUE(store.remove("a").ok());
  ASSERT_TRUE(store.gc().ok());
  EXPECT_EQ(version_in_use("b"), "1.0.0");
}

TEST_F(StoreTest, a_broken_record_falls_back_to_the_other) {
  ASSERT_TRUE(install(store, "digits", v1, one).ok());
  ASSERT_TRUE(install(store, "digits", v2, two).ok());
  const Slots before = store.slots("digits").value();
  const std::string newest = cat("/data/samara/models/digits/state.", before.generation % 2);
  disk.put(newest, "nonsense");
  EXPECT_EQ(version_in_use("digits"), "2.0.0");
  EXPECT_FALSE(store.check(false)->findings.empty());
  EXPECT_NE(all(store.check()->findings).find("one record is broken"), std::string::npos);
  EXPECT_TRUE(store.check()->findings.empty()) << "it is mended";
  EXPECT_EQ(version_in_use("digits"), "2.0.0");
}

TEST_F(StoreTest, with_both_records_broken_the_slots_are_rebuilt_from_the_traces) {
  ASSERT_TRUE(install(store, "digits", v1, one).ok());
  ASSERT_TRUE(install(store, "digits", v2, two).ok());
  ASSERT_TRUE(
      bring(store, "digits", v3, three).ok());  // staged, never proven: must not come in use
  disk.put("/data/samara/models/digits/state.0", "");
  disk.put("/data/samara/models/digits/state.1", "{}");
  EXPECT_EQ(version_in_use("digits"), "2.0.0");
  EXPECT_EQ(store.names()->size(), 1u);
  EXPECT_NE(all(store.check()->findings).find("rebuilt"), std::string::npos);
  EXPECT_EQ(store.slots("digits")->current, v2);
  EXPECT_EQ(store.slots("digits")->previous, v1);
  EXPECT_TRUE(store.check()->findings.empty());
}

TEST_F(StoreTest, a_rebuild_does_not_bring_back_what_was_rolled_back) {
  ASSERT_TRUE(install(store, "digits", v1, one).ok());
  ASSERT_TRUE(install(store, "digits", v2, two).ok());
  ASSERT_TRUE(store.roll_back("digits", "wrong results").ok());
  disk.put("/data/samara/models/digits/state.0", "");
  disk.put("/data/samara/models/digits/state.1", "");
  EXPECT_EQ(version_in_use("digits"), "1.0.0");
}

TEST_F(StoreTest, damaged_content_is_replaced_by_the_previous_version_and_wanted_again) {
  ASSERT_TRUE(install(store, "digits", v1, one).ok());
  ASSERT_TRUE(install(store, "digits", v2, two).ok());
  std::string damaged = two;
  damaged[700] ^= 1;
  disk.put(store.blob_path(v2.sha256), damaged);
  disk.put("/data/samara/blobs/abc.5.0.tmp", "left over");
  const auto report = store.check().value();
  EXPECT_EQ(report.findings.size(), 3u) << all(report.findings);
  EXPECT_EQ(version_in_use("digits"), "1.0.0");
  EXPECT_EQ(store.slots("digits")->wanted, v2);
  EXPECT_TRUE(store.check()->findings.empty());
}

TEST_F(StoreTest, content_of_a_wrong_length_is_not_given_out) {
  ASSERT_TRUE(install(store, "digits", v1, one).ok());
  ASSERT_TRUE(install(store, "digits", v2, two).ok());
  disk.put(store.blob_path(v2.sha256), "short");
  EXPECT_EQ(version_in_use("digits"), "1.0.0");
}

TEST_F(StoreTest, a_read_only_file_system_serves_readers_and_tells_writers) {
  ASSERT_TRUE(install(store, "digits", v1, one).ok());
  disk.read_only = true;
  EXPECT_TRUE(store.hold("digits").ok());
  EXPECT_TRUE(store.check(false)->findings.empty());
  EXPECT_EQ(store.want("digits", v2).error().code(), Code::permission_denied);
  EXPECT_EQ(store.gc().error().code(), Code::permission_denied);
  EXPECT_EQ(store.check().error().code(), Code::permission_denied);
}

TEST_F(StoreTest, a_record_that_cannot_be_read_is_not_written_over) {
  ASSERT_TRUE(install(store, "digits", v1, one).ok());
  const auto before = store.slots("digits");
  // Every read fails from the first on: nobody may conclude that there are no slots.
  for (int at = 0; at < 60; ++at) {
    disk.fault = {disk.calls + at, EIO, true};
    const auto changed = store.want("digits", v2);
    disk.fault = {};
    if (changed.ok()) break;
    EXPECT_EQ(store.slots("digits")->current, v1) << at;
  }
  EXPECT_EQ(version_in_use("digits"), "1.0.0");
}

TEST_F(StoreTest, refusals_are_bounded) {
  for (size_t i = 0; i < kMostRefusals + 5; ++i)
    ASSERT_TRUE(store.refuse("digits", entry_of(cat(i), cat(i)), "no").ok());
  EXPECT_EQ(store.slots("digits")->refused.size(), kMostRefusals);
  EXPECT_EQ(store.slots("digits")->refused.back().version, cat(kMostRefusals + 4));
}

TEST_F(StoreTest, the_wall_clock_decides_nothing) {
  for (const int64_t wall : {int64_t{0}, int64_t{4'000'000'000'000}, int64_t{1'000}}) {
    clock.wall = wall;
    const std::string content = cat("model of ", wall);
    ASSERT_TRUE(install(store, "digits", entry_of(cat(wall), content), content).ok());
    EXPECT_EQ(version_in_use("digits"), cat(wall));
    clock.wall = -wall;
    ASSERT_TRUE(store.gc().ok());
    EXPECT_EQ(version_in_use("digits"), cat(wall));
  }
}

/// On the system's own disk, from several processes at once.
TEST(StoreProcesses, many_writers_and_readers_never_see_a_half) {
  const TemporaryFolder folder = TemporaryFolder::make().value();
  const std::string content[] = {std::string(5000, 'a'), std::string(6000, 'b')};
  {
    Store store(folder.path());
    ASSERT_TRUE(install(store, "m", entry_of("0", content[0]), content[0]).ok());
    ASSERT_TRUE(install(store, "m", entry_of("1", content[1]), content[1]).ok());
  }
  std::vector<pid_t> children;
  for (int writer = 0; writer < 2; ++writer) {
    const pid_t child = fork();
    if (child == 0) {
      Store store(folder.path());
      bool good = true;
      for (int i = 0; i < 40; ++i) {
        const int n = (i + writer) % 2;
        // Of two versions that never prove themselves, one may be cleaned up in between.
        const auto staged = store.stage("m", entry_of(cat(n), content[n]));
        good = good && (staged.ok() || staged.error().code() == Code::failed_precondition);
        (void)store.activate("m");  // the other writer may have taken the staged one
        good = good && store.confirm("m").ok() && store.gc().ok();
      }
      _exit(good ? 0 : 1);
    }
    children.push_back(child);
  }
  Store store(folder.path());
  int reads = 0;
  for (size_t ended = 0; ended < children.size(); ++reads) {
    const auto held = store.hold("m");
    ASSERT_TRUE(held.ok()) << held.error().text();
    ASSERT_EQ(hash_file(held->model.path).value(), held->model.sha256);
    int status = 0;
    if (waitpid(-1, &status, WNOHANG) > 0) {
      EXPECT_EQ(status, 0);
      ++ended;
    }
  }
  EXPECT_GT(reads, 10);
  EXPECT_TRUE(store.check()->findings.empty());
}

}  // namespace
}  // namespace samara::delivery
