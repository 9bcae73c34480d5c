// WeightCache: what is written is found; what is damaged, foreign or not ours is not.
#include "engine/graph/weight_cache.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>

#include "base/temporary_folder.h"
#include "base/text.h"

namespace samara::graph {
namespace {

namespace fs = std::filesystem;

class WeightCacheTest : public ::testing::Test {
 protected:
  WeightCache::Place place(const std::string& model = "m") const {
    WeightCache::Place p;
    p.folder = folder_.in("cache");
    p.limit = 1 << 20;
    p.label = "model.tflite";
    p.model = model;
    p.how = "avx2 0";
    return p;
  }
  static PackedForm form(int node, std::string_view what, const std::vector<std::byte>& bytes) {
    return {0, node, what, bytes.size(), bytes.data()};
  }
  static std::vector<std::byte> bytes_of(size_t size, int first = 1) {
    std::vector<std::byte> out(size);
    for (size_t i = 0; i < size; ++i) out[i] = std::byte(first + int(i % 251));
    return out;
  }
  /// How many of the two forms a cache finds; what it finds must be whole.
  int found(const WeightCache::Place& in) const {
    WeightCache cache(in);
    int count = 0;
    for (const PackedForm& wanted : {form(3, "weights", a_), form(4, "channels", b_)}) {
      const std::byte* const data = cache.find(wanted);
      if (!data) continue;
      ++count;
      EXPECT_EQ(std::memcmp(data, wanted.data, wanted.bytes), 0);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(data) % 64, 0u);
    }
    return count;
  }
  std::string written() const {
    WeightCache cache(place());
    const PackedForm forms[] = {form(3, "weights", a_), form(4, "channels", b_)};
    const Status saved = cache.save(forms);
    EXPECT_TRUE(saved.ok()) << saved.error().text();
    return cache.path();
  }
  static void put(const std::string& path, const std::string& content) {
    ASSERT_TRUE(write_file(path, content).ok());
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  }

  const TemporaryFolder folder_ = TemporaryFolder::make().value();
  const std::vector<std::byte> a_ = bytes_of(1000), b_ = bytes_of(77, 9);
};

TEST_F(WeightCacheTest, finds_what_was_written_and_nothing_else) {
  EXPECT_EQ(found(place()), 0);
  written();
  EXPECT_EQ(found(place()), 2);
  WeightCache cache(place());
  EXPECT_EQ(cache.find(form(4, "weights", a_)), nullptr);
  EXPECT_EQ(cache.find(form(3, "weight", a_)), nullptr);
  EXPECT_EQ(cache.find(form(3, "weights", b_)), nullptr);  // another size
  EXPECT_EQ(cache.find({1, 3, "weights", a_.size()}), nullptr);
}

TEST_F(WeightCacheTest, another_model_or_way_has_another_file) {
  written();
  EXPECT_EQ(found(place("n")), 0);
  WeightCache::Place other = place();
  other.how = "avx512 0";
  EXPECT_EQ(found(other), 0);
  other = place("mavx2 0");  // the parts' ends count
  other.how = "";
  EXPECT_EQ(found(other), 0);
}

TEST_F(WeightCacheTest, no_damaged_byte_is_ever_believed) {
  const std::string path = written();
  const std::string whole = read_file(path).value();
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string bad = whole;
    bad[i] = char(bad[i] ^ 0x10);
    put(path, bad);
    // Padding is nobody's; all else costs the form it belongs to, or all of them.
    const bool in_list = i < 128 + 2 * 40;
    EXPECT_LE(found(place()), in_list ? 0 : 2) << "byte " << i;
  }
  put(path, whole);
  EXPECT_EQ(found(place()), 2);
}

TEST_F(WeightCacheTest, a_damaged_form_costs_that_form_alone) {
  const std::string path = written();
  const std::string whole = read_file(path).value();
  for (const size_t at : {size_t{256 + 500}, whole.size() - 64}) {
    std::string bad = whole;
    bad[at] = char(~bad[at]);
    put(path, bad);
    EXPECT_EQ(found(place()), 1) << at;
  }
}

TEST_F(WeightCacheTest, every_truncation_and_addition_is_refused) {
  const std::string path = written();
  const std::string whole = read_file(path).value();
  for (size_t size = 0; size < whole.size(); size += 7) {
    put(path, whole.substr(0, size));
    EXPECT_EQ(found(place()), 0) << size;
  }
  put(path, whole + "x");
  EXPECT_EQ(found(place()), 0);
}

TEST_F(WeightCacheTest, a_file_of_another_model_under_this_name_is_refused) {
  const std::string path = written();
  fs::rename(path, WeightCache(place("n")).path());
  EXPECT_EQ(found(place("n")), 0);
}

TEST_F(WeightCacheTest, what_others_may_write_to_is_refused) {
  const std::string path = written();
  for (const fs::perms who : {fs::perms::group_write, fs::perms::others_write}) {
    fs::permissions(path, who, fs::perm_options::add);
    EXPECT_EQ(found(place()), 0);
    fs::permissions(path, who, fs::perm_options::remove);
    EXPECT_EQ(found(place()), 2);
  }
  fs::remove(path);
  fs::create_directory(path);
  EXPECT_EQ(found(place()), 0);
}

TEST_F(WeightCacheTest, forms_of_before_are_kept_where_they_are_whole) {
  const std::string path = written();
  WeightCache cache(place());
  const auto more = bytes_of(10);
  const PackedForm forms[] = {form(5, "more", more)};
  ASSERT_TRUE(cache.save(forms).ok());
  EXPECT_EQ(found(place()), 2);
  EXPECT_NE(WeightCache(place()).find(forms[0]), nullptr);
}

TEST_F(WeightCacheTest, a_file_that_is_cut_while_it_is_mapped_is_not_saved_again) {
  const auto more = bytes_of(10);
  for (const bool grown : {false, true}) {
    const std::string path = written();
    const auto size = fs::file_size(path);
    WeightCache cache(place());
    const PackedForm wanted = form(3, "weights", a_);
    const std::byte* const mapped = cache.find(wanted);
    ASSERT_NE(mapped, nullptr);
    ASSERT_NE(cache.find(form(4, "channels", b_)), nullptr);
    fs::resize_file(path, 300);
    if (grown) fs::resize_file(path, size);  // its length tells nothing now
    ASSERT_NE(std::memcmp(mapped, a_.data(), a_.size()), 0);
    PackedForm held = wanted;
    held.data = mapped;
    const PackedForm forms[] = {held, form(5, "more", more)};
    const Status saved = cache.save(forms);
    ASSERT_EQ(saved.ok(), grown);
    EXPECT_TRUE(grown || saved.error().code() == Code::data_loss);
    EXPECT_EQ(found(place()), 0);
    EXPECT_EQ(WeightCache(place()).find(forms[1]) != nullptr, grown);
  }
}

TEST_F(WeightCacheTest, the_least_recently_used_go_where_there_is_no_room) {
  WeightCache::Place p = place("a");
  p.limit = 3000;  // for two files
  const std::string kept_by_others = folder_.in("cache") + "/notes.txt";
  const auto save = [&](const std::string& model, int age) {
    p.model = model;
    WeightCache cache(p);
    const PackedForm forms[] = {form(3, "weights", a_)};
    ASSERT_TRUE(cache.save(forms).ok());
    fs::last_write_time(cache.path(), fs::file_time_type::clock::now() - std::chrono::hours(age));
  };
  save("a", 3);
  ASSERT_TRUE(write_file(kept_by_others, std::string(5000, 'x')).ok());
  save("b", 2);
  p.model = "a";
  (void)WeightCache(p);  // of use again
  save("c", 0);
  EXPECT_TRUE(fs::exists(WeightCache(p).path()));
  p.model = "b";
  EXPECT_FALSE(fs::exists(WeightCache(p).path()));
  EXPECT_TRUE(fs::exists(kept_by_others));
  p.limit = 1000;
  WeightCache small(p);
  const PackedForm forms[] = {form(3, "weights", a_)};
  const Status refused = small.save(forms);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), Code::resource_exhausted);
}

TEST_F(WeightCacheTest, room_is_not_made_of_what_is_being_written) {
  WeightCache::Place p = place();
  p.limit = 3000;
  WeightCache cache(p);
  const PackedForm forms[] = {form(3, "weights", a_)};
  ASSERT_TRUE(cache.save(forms).ok());
  const std::string young = cache.path() + ".12.0.tmp", old = cache.path() + ".12.1.tmp";
  for (const std::string& path : {young, old})
    ASSERT_TRUE(write_file(path, std::string(5000, 'x')).ok());
  fs::last_write_time(old, fs::file_time_type::clock::now() - std::chrono::hours(2));
  ASSERT_TRUE(cache.save(forms).ok());
  EXPECT_TRUE(fs::exists(young));
  EXPECT_FALSE(fs::exists(old));
}

TEST_F(WeightCacheTest, lists_and_clears_caches_alone) {
  const std::string path = written(), folder = folder_.in("cache");
  ASSERT_TRUE(write_file(path + ".12.0.tmp", "unfinished").ok());
  const std::string theirs[] = {
      "/mine.txt",
      "/notes.samara-packed.txt",
      "/a.samara-packed.12.tmp",
      "/a.samara-packed.x.0.tmp",
      "/a.samara-packed..0.tmp",
      "/a.samara-packed.12.0.tmp.txt",
      "/12.0.tmp",
  };
  for (const std::string& name : theirs) ASSERT_TRUE(write_file(folder + name, "mine").ok());
  const auto all = WeightCache::list(folder).value();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_TRUE(all[0].whole);
  EXPECT_EQ(all[0].label, "model.tflite");
  EXPECT_EQ(all[0].bytes, fs::file_size(path));
  EXPECT_FALSE(all[1].whole);
  EXPECT_EQ(WeightCache::clear(folder).value(), all[0].bytes + 10);
  EXPECT_EQ(WeightCache::list(folder).value().size(), 0u);
  for (const std::string& name : theirs) EXPECT_TRUE(fs::exists(folder + name)) << name;
  EXPECT_EQ(WeightCache::list(folder + "/none").error().code(), Code::not_found);
}

TEST_F(WeightCacheTest, many_writers_and_readers_at_once_see_whole_files) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        written();
        EXPECT_EQ(found(place()), 2);
      }
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(WeightCache::list(folder_.in("cache")).value().size(), 1u);
}

}  // namespace
}  // namespace samara::graph
