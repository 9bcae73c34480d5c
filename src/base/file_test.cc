// Files: the fault table, write by rename, and mappings of files that are truncated.
#include "base/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <numeric>
#include <thread>
#include <vector>

#include "base/temporary_folder.h"

namespace samara {
namespace {

namespace fs = std::filesystem;

class FileTest : public ::testing::Test {
 protected:
  std::string in(const std::string& name) const { return folder_.in(name); }
  size_t files() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(folder_.path()), {}));
  }
  const TemporaryFolder folder_ = TemporaryFolder::make().value();
};

const FileSystem kReal = file_system();

/// Calls go to the system, but for the one call, counted from 0 over all kinds, that fails.
struct Fault {
  static inline int countdown = -1;
  static inline int error = 0;
  static inline bool is_short = false;  // reads and writes do 3 bytes at most
  static bool fails() {
    if (countdown-- != 0) return false;
    errno = error;
    return true;
  }
  static const FileSystem& table() {
    static const FileSystem out = {
        [](const char* p, int f, mode_t m) { return fails() ? -1 : kReal.open(p, f, m); },
        [](int fd) {
          const bool failed = fails();
          const int done = kReal.close(fd);  // a descriptor is gone even when close fails
          if (failed) errno = error;
          return failed ? -1 : done;
        },
        [](int fd, struct stat* s) { return fails() ? -1 : kReal.fstat(fd, s); },
        [](int fd, void* out, size_t n, off_t at) -> ssize_t {
          return fails() ? -1 : kReal.pread(fd, out, is_short ? std::min<size_t>(n, 3) : n, at);
        },
        [](int fd, const void* data, size_t n) -> ssize_t {
          return fails() ? -1 : kReal.write(fd, data, is_short ? std::min<size_t>(n, 3) : n);
        },
        [](int fd) { return fails() ? -1 : kReal.fsync(fd); },
        [](const char* from, const char* to) { return fails() ? -1 : kReal.rename(from, to); },
        [](const char* p) { return kReal.unlink(p); },
        [](void* at, size_t n, int p, int f, int fd, off_t o) {
          return fails() ? MAP_FAILED : kReal.mmap(at, n, p, f, fd, o);
        },
        kReal.ftruncate,
        [](const char* p, mode_t m) { return fails() ? -1 : kReal.mkdir(p, m); },
        kReal.flock,
        kReal.list,
        kReal.space};
    return out;
  }
};

TEST_F(FileTest, what_is_written_is_read) {
  ASSERT_TRUE(write_file(in("a"), "hello").ok());
  EXPECT_EQ(read_file(in("a")).value(), "hello");
  ASSERT_TRUE(write_file(in("a"), "").ok());
  EXPECT_EQ(read_file(in("a")).value(), "");
  EXPECT_EQ(files(), 1u);
}

TEST_F(FileTest, errors_name_the_file_and_the_reason) {
  const auto missing = read_file(in("missing"));
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code(), Code::not_found);
  EXPECT_NE(missing.error().text().find("missing"), std::string::npos);
  EXPECT_EQ(read_file(folder_.path()).error().code(), Code::invalid_argument);
  ASSERT_EQ(mkfifo(in("pipe").c_str(), 0600), 0);
  EXPECT_EQ(read_file(in("pipe")).error().code(), Code::invalid_argument);
  ASSERT_TRUE(write_file(in("long"), "0123456789").ok());
  EXPECT_EQ(read_file(in("long"), 9).error().code(), Code::resource_exhausted);
  EXPECT_TRUE(read_file(in("long"), 10).ok());
  EXPECT_EQ(write_file(in("no/such/folder"), "x").error().code(), Code::not_found);
}

TEST_F(FileTest, folders_are_made_with_those_above_and_listed_in_order) {
  ASSERT_TRUE(make_folders(in("a/b/c")).ok());
  ASSERT_TRUE(make_folders(in("a/b/c")).ok());
  ASSERT_TRUE(write_file(in("a/b/z"), "1").ok());
  ASSERT_TRUE(write_file(in("a/b/.x"), "2").ok());
  EXPECT_EQ(list_folder(in("a/b")).value(), (std::vector<std::string>{".x", "c", "z"}));
  EXPECT_TRUE(sync_folder(in("a/b")).ok());
  EXPECT_GT(free_space(in("a/b")).value(), 0u);
  EXPECT_EQ(list_folder(in("no")).error().code(), Code::not_found);
  EXPECT_EQ(free_space(in("no")).error().code(), Code::not_found);
  EXPECT_EQ(sync_folder(in("no")).error().code(), Code::not_found);
  EXPECT_EQ(make_folders(in("a/b/z/d")).error().code(), Code::not_found);  // z is a file
  EXPECT_EQ(folder_of("/x"), "/");
  EXPECT_EQ(folder_of("x"), ".");
  EXPECT_EQ(folder_of("a/b"), "a");
}

TEST_F(FileTest, a_folder_that_cannot_be_made_or_synced_is_an_error) {
  const ScopedFileSystem faults(Fault::table());
  Fault::error = EIO;
  for (int n = 0; n < 4; ++n) {  // mkdir, open, fsync (close is not a failure), then none
    Fault::countdown = n;
    EXPECT_EQ(make_folders(in("f" + std::to_string(n))).ok(), n == 3) << n;
  }
  Fault::countdown = 1;
  Fault::error = EINVAL;  // a file system that cannot sync folders
  EXPECT_TRUE(sync_folder(folder_.path()).ok());
  Fault::countdown = -1;
}

TEST_F(FileTest, reads_at_an_offset_and_not_beyond_the_end) {
  ASSERT_TRUE(write_file(in("a"), "0123456789").ok());
  const File file = File::open(in("a")).value();
  std::array<std::byte, 4> out;
  ASSERT_TRUE(file.read(3, out).ok());
  EXPECT_EQ(std::memcmp(out.data(), "3456", 4), 0);
  EXPECT_EQ(file.read(7, out).error().code(), Code::data_loss);
  EXPECT_EQ(file.read(~uint64_t{0}, out).error().code(), Code::data_loss);
}

TEST_F(FileTest, identity_changes_when_the_file_is_replaced) {
  ASSERT_TRUE(write_file(in("a"), "one").ok());
  const FileIdentity before = file_identity(in("a")).value();
  EXPECT_EQ(before, file_identity(in("a")).value());
  ASSERT_TRUE(write_file(in("a"), "two").ok());
  EXPECT_NE(before, file_identity(in("a")).value());
}

TEST_F(FileTest, interrupted_and_short_calls_go_on) {
  const ScopedFileSystem faults(Fault::table());
  Fault::is_short = true;
  for (int n = 0; n < 12; ++n) {
    Fault::countdown = n + 1;  // after open
    Fault::error = EINTR;
    // EINTR of a read or write is tried again; elsewhere it is an error like any other.
    const Status written = write_file(in("a"), "0123456789");
    Fault::countdown = -1;
    if (written.ok()) {
      EXPECT_EQ(read_file(in("a")).value(), "0123456789");
    }
  }
  Fault::is_short = false;
}

TEST_F(FileTest, a_failed_write_leaves_the_old_content_and_nothing_else) {
  ASSERT_TRUE(write_file(in("a"), "old").ok());
  const ScopedFileSystem faults(Fault::table());
  int failed = 0;
  // open, write, fsync, close, rename, then the folder's open, fsync, close
  for (int n = 0; n < 8; ++n) {
    Fault::countdown = n;
    Fault::error = ENOSPC;
    const Status written = write_file(in("a"), "new");
    Fault::countdown = -1;
    EXPECT_EQ(files(), 1u) << "call " << n;
    if (!written.ok()) {
      ++failed;
      EXPECT_EQ(written.error().code(), Code::resource_exhausted);
      EXPECT_EQ(read_file(in("a")).value(), "old") << "call " << n;
    } else {
      EXPECT_EQ(read_file(in("a")).value(), "new") << "call " << n;
    }
  }
  EXPECT_EQ(failed, 5);
}

TEST_F(FileTest, a_failed_read_is_an_error) {
  ASSERT_TRUE(write_file(in("a"), "0123").ok());
  const ScopedFileSystem faults(Fault::table());
  for (int n = 0; n < 4; ++n) {  // open, fstat, fstat, pread
    Fault::countdown = n;
    Fault::error = EIO;
    const auto read = read_file(in("a"));
    ASSERT_FALSE(read.ok()) << "call " << n;
    EXPECT_EQ(read.error().code(), Code::io);
  }
  Fault::countdown = -1;
}

TEST_F(FileTest, memory_that_cannot_be_had_is_an_error) {
  const auto too_much = Mapping::anonymous(~uint64_t{0});
  ASSERT_FALSE(too_much.ok());
  EXPECT_EQ(too_much.error().code(), Code::resource_exhausted);
  const ScopedFileSystem faults(Fault::table());
  Fault::countdown = 0;
  Fault::error = ENOMEM;
  EXPECT_EQ(Mapping::anonymous(100).error().code(), Code::resource_exhausted);
}

TEST_F(FileTest, maps_from_any_offset) {
  std::string content(20'000, '\0');
  for (size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 7 % 251);
  ASSERT_TRUE(write_file(in("a"), content).ok());
  const File file = File::open(in("a")).value();
  for (const uint64_t offset : {0, 1, 4095, 4096, 5000}) {
    const Mapping mapping = Mapping::of_file(file, offset, 9000).value();
    ASSERT_EQ(mapping.bytes().size(), 9000u);
    EXPECT_EQ(std::memcmp(mapping.bytes().data(), content.data() + offset, 9000), 0);
    EXPECT_TRUE(mapping.intact());
  }
  EXPECT_EQ(Mapping::of_file(file, 12'000, 9000).error().code(), Code::data_loss);
  EXPECT_EQ(Mapping::of_file(file, ~uint64_t{0}, 2).error().code(), Code::data_loss);
}

size_t sum(std::span<const std::byte> bytes) {
  size_t out = 0;
  for (const std::byte b : bytes) out += std::to_integer<size_t>(b);
  return out;
}

constexpr const char* kElsewhere =
    "the emulator says where the page lies on its host, not where it lies here";
bool faults_lie_elsewhere() { return std::getenv("SAMARA_EMULATED") && sizeof(void*) == 4; }

TEST_F(FileTest, pages_that_were_dropped_are_read_again) {
  ASSERT_TRUE(write_file(in("m"), std::string(100'000, 'm')).ok());
  const Mapping m = Mapping::of_file(File::open(in("m")).value(), 10, 90'000).value();
  EXPECT_EQ(m.bytes()[50'000], std::byte{'m'});
  m.drop();
  EXPECT_EQ(m.bytes()[50'000], std::byte{'m'});
  Mapping own = Mapping::anonymous(100).value();
  own.prefer_large_pages();
  own.writable()[99] = std::byte{9};
  own.drop();  // nobody could give these back
  EXPECT_EQ(own.bytes()[99], std::byte{9});
}

TEST_F(FileTest, parts_are_written_one_behind_the_other_for_whom_they_are_meant) {
  const std::string a = "one ", b, c = "two";
  const std::span<const std::byte> parts[] = {
      std::as_bytes(std::span(a)), {}, std::as_bytes(std::span(c))};
  ASSERT_TRUE(write_file(in("p"), parts, {.synced = false, .mode = 0600}).ok());
  EXPECT_EQ(read_file(in("p")).value(), "one two");
  EXPECT_EQ(fs::status(in("p")).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(files(), 1u);
  const File file = File::open(in("p")).value();
  EXPECT_TRUE(file.private_to_us().value());
  fs::permissions(in("p"), fs::perms::group_write, fs::perm_options::add);
  EXPECT_FALSE(file.private_to_us().value());
}

TEST_F(FileTest, a_touched_file_is_newer) {
  ASSERT_TRUE(write_file(in("t"), "x").ok());
  fs::last_write_time(in("t"), fs::file_time_type::clock::now() - std::chrono::hours(1));
  const File file = File::open(in("t")).value();
  const int64_t before = file.identity().value().modified_ns;
  ASSERT_TRUE(file.touch().ok());
  EXPECT_GT(file.identity().value().modified_ns, before);
}

TEST_F(FileTest, a_truncated_mapping_reads_as_zeros_and_says_so) {
  if (faults_lie_elsewhere()) GTEST_SKIP() << kElsewhere;
  constexpr size_t kSize = 1 << 20;
  for (int round = 0; round < 3; ++round) {  // guards are used again
    ASSERT_TRUE(write_file(in("a"), std::string(kSize, '\1')).ok());
    const File file = File::open(in("a")).value();
    const Mapping mapping = Mapping::of_file(file, 0, kSize).value();
    const Mapping other = Mapping::anonymous(4096).value();
    EXPECT_EQ(sum(mapping.bytes()), kSize);
    EXPECT_TRUE(mapping.intact());
    ASSERT_EQ(truncate(in("a").c_str(), 8192), 0);
    EXPECT_FALSE(mapping.intact()) << "seen before any page is touched";
    EXPECT_EQ(sum(mapping.bytes()), 8192u);
    EXPECT_FALSE(mapping.intact());
    ASSERT_EQ(truncate(in("a").c_str(), kSize), 0);
    EXPECT_FALSE(mapping.intact()) << "the pages that were touched are lost for good";
  }
}

TEST_F(FileTest, many_threads_may_fault_at_once) {
  if (faults_lie_elsewhere()) GTEST_SKIP() << kElsewhere;
  constexpr size_t kSize = 4 << 20;
  ASSERT_TRUE(write_file(in("a"), std::string(kSize, '\1')).ok());
  const File file = File::open(in("a")).value();
  const Mapping mapping = Mapping::of_file(file, 0, kSize).value();
  ASSERT_EQ(truncate(in("a").c_str(), 0), 0);
  std::vector<std::thread> threads;
  std::array<size_t, 4> sums = {1, 1, 1, 1};
  for (size_t t = 0; t < 4; ++t) threads.emplace_back([&, t] { sums[t] = sum(mapping.bytes()); });
  for (auto& t : threads) t.join();
  EXPECT_EQ(std::accumulate(sums.begin(), sums.end(), size_t{0}), 0u);
}

TEST_F(FileTest, a_fault_in_other_memory_still_ends_the_process) {
  ASSERT_TRUE(write_file(in("a"), std::string(8192, '\1')).ok());
  const File file = File::open(in("a")).value();
  const Mapping guarded = Mapping::of_file(file, 0, 8192).value();
  const int fd = ::open(in("a").c_str(), O_RDONLY | O_CLOEXEC);
  const auto* plain =
      static_cast<const volatile char*>(::mmap(nullptr, 8192, PROT_READ, MAP_SHARED, fd, 0));
  EXPECT_DEATH(
      {
        if (truncate(in("a").c_str(), 0) == 0) (void)plain[4096];
      },
      "");
  ::close(fd);
}

TEST_F(FileTest, the_handler_that_was_there_before_is_called) {
  if (std::getenv("SAMARA_EMULATED")) GTEST_SKIP() << "the emulator does not start itself anew";
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // a process where nothing is guarded yet
  EXPECT_EXIT(
      {
        struct sigaction before = {};
        before.sa_handler = [](int) { _exit(42); };
        sigaction(SIGBUS, &before, nullptr);
        (void)write_file(in("a"), std::string(8192, '\1'));
        const File file = File::open(in("a")).value();
        const Mapping guarded = Mapping::of_file(file, 0, 8192).value();
        const auto* plain = static_cast<const volatile char*>(
            ::mmap(nullptr, 8192, PROT_READ, MAP_SHARED, file.fd(), 0));
        if (truncate(in("a").c_str(), 0) == 0) (void)(guarded.bytes()[0] == std::byte{1});
        (void)plain[4096];
      },
      ::testing::ExitedWithCode(42), "");
}

}  // namespace
}  // namespace samara
