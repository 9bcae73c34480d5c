// That the simulated disk is as bad as it says: a program that forgets a sync loses what it wrote.
#include "testing/simulated_disk.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <cerrno>
#include <set>

namespace samara::testing {
namespace {

/// Writes "new" beside `path` and renames it there; leaves out the sync of file or folder.
void replace(const std::string& path, bool sync_file, bool sync_name) {
  const std::string beside = path + ".new";
  const int fd = file_system().open(beside.c_str(), O_WRONLY | O_CREAT, 0666);
  ASSERT_GE(fd, 0);
  ASSERT_EQ(file_system().write(fd, "new", 3), 3);
  if (sync_file) file_system().fsync(fd);
  file_system().close(fd);
  ASSERT_EQ(file_system().rename(beside.c_str(), path.c_str()), 0);
  if (sync_name) (void)sync_folder(folder_of(path));
}

/// What may be found in the file after a power loss.
std::set<std::string> found(bool sync_file, bool sync_name) {
  SimulatedDisk disk;
  disk.put("/d/file", "old");
  {
    const SimulatedDisk::Mount mount(disk);
    replace("/d/file", sync_file, sync_name);
  }
  std::set<std::string> out;
  for (const Cut how : {Cut::drop, Cut::keep, Cut::torn, Cut::shuffled})
    for (uint64_t seed = 0; seed < 50; ++seed)
      out.insert(disk.after_power_loss(how, seed).content("/d/file"));
  return out;
}

TEST(SimulatedDisk, only_what_is_synced_is_sure) {
  EXPECT_EQ(found(true, true), std::set<std::string>{"new"});
  EXPECT_EQ(found(true, false), (std::set<std::string>{"new", "old"}));
  const auto torn = found(false, true);
  EXPECT_TRUE(torn.contains("")) << "a name without its content";
  EXPECT_TRUE(torn.contains("n") && torn.contains(std::string(3, '\0')));
  EXPECT_FALSE(torn.contains("old"));
}

TEST(SimulatedDisk, a_name_is_sure_only_with_those_it_builds_on) {
  SimulatedDisk disk;
  {
    const SimulatedDisk::Mount mount(disk);
    ASSERT_EQ(file_system().mkdir("/a", 0777), 0);
    const int fd = file_system().open("/a/b", O_WRONLY | O_CREAT, 0666);
    ASSERT_EQ(file_system().fsync(fd), 0);
    file_system().close(fd);
  }
  EXPECT_TRUE(disk.after_power_loss(Cut::drop, 0).paths().empty())
      << "the file's sync is no name's";
  {
    const SimulatedDisk::Mount mount(disk);
    ASSERT_TRUE(sync_folder("/a").ok());
  }
  EXPECT_EQ(disk.after_power_loss(Cut::drop, 0).paths().size(), 1u) << "and its folder came along";
}

TEST(SimulatedDisk, a_failed_sync_forgets_what_was_written) {
  SimulatedDisk disk;
  disk.put("/file", "old");
  const SimulatedDisk::Mount mount(disk);
  const int fd = file_system().open("/file", O_WRONLY, 0);
  ASSERT_EQ(file_system().write(fd, "NEW", 3), 3);
  disk.fault = {disk.calls, EIO, false};
  EXPECT_EQ(file_system().fsync(fd), -1);
  EXPECT_EQ(errno, EIO);
  EXPECT_EQ(disk.content("/file"), "NEW");
  EXPECT_EQ(disk.after_power_loss(Cut::drop, 0).content("/file"), "old");
}

TEST(SimulatedDisk, is_full_read_only_and_locked_as_told) {
  SimulatedDisk disk;
  disk.put("/file", "12345");
  disk.capacity = 7;
  const SimulatedDisk::Mount mount(disk);
  const int one = file_system().open("/file", O_WRONLY | O_APPEND, 0);
  const int two = file_system().open("/file", O_RDONLY, 0);
  EXPECT_EQ(file_system().write(one, "abc", 3), 2);
  EXPECT_EQ(file_system().write(one, "c", 1), -1);
  EXPECT_EQ(errno, ENOSPC);
  EXPECT_EQ(file_system().flock(one, LOCK_EX), 0);
  EXPECT_EQ(file_system().flock(two, LOCK_EX | LOCK_NB), -1);
  EXPECT_EQ(errno, EWOULDBLOCK);
  file_system().close(one);
  EXPECT_EQ(file_system().flock(two, LOCK_EX | LOCK_NB), 0);
  disk.read_only = true;
  EXPECT_EQ(file_system().open("/file", O_WRONLY, 0), -1);
  EXPECT_EQ(errno, EROFS);
  EXPECT_EQ(file_system().unlink("/file"), -1);
}

}  // namespace
}  // namespace samara::testing
