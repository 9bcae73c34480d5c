// Blobs in a folder: whole or not at all, resumed, kept once, and what the disk can do to them.
#include "fleet/io/blobs/blobs.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "base/hash.h"
#include "base/temporary_folder.h"
#include "base/text.h"

namespace samara::blobs {
namespace {

using std::chrono::seconds;

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

class Blobs : public ::testing::Test {
 protected:
  std::unique_ptr<Store> open() const { return std::move(*open_folder(folder_.in("store"))); }
  std::string begin(std::string_view content) {
    const std::string id = *store_->begin();
    EXPECT_TRUE((*store_->resume(id))->append(bytes_of(content)).ok());
    return id;
  }
  const TemporaryFolder folder_ = TemporaryFolder::make().value();
  std::unique_ptr<Store> store_ = open();
};

TEST_F(Blobs, an_upload_becomes_a_blob) {
  const std::string id = begin("hello "), hash = sha256_hex(bytes_of("hello world"));
  {
    auto upload = store_->resume(id);
    ASSERT_TRUE(upload.ok());
    EXPECT_EQ((*upload)->offset(), 6u);
    EXPECT_EQ(store_->resume(id).error().code(), Code::unavailable);
    ASSERT_TRUE((*upload)->append(bytes_of("world")).ok());
    ASSERT_TRUE((*upload)->sync().ok());
  }
  EXPECT_EQ(open()->offset(id).value(), 11u);
  const auto blob = store_->finish(id, hash);
  ASSERT_TRUE(blob.ok()) << blob.error().text();
  EXPECT_EQ(blob->sha256, hash);
  EXPECT_EQ(store_->look(hash)->size, 11u);
  std::string read(11, ' ');
  ASSERT_TRUE(store_->open(hash)->read(0, std::as_writable_bytes(std::span(read))).ok());
  EXPECT_EQ(read, "hello world");
  EXPECT_EQ(store_->offset(id).error().code(), Code::not_found);
}

TEST_F(Blobs, the_same_bytes_are_kept_once) {
  const std::string hash = store_->finish(begin("same"), "")->sha256;
  EXPECT_EQ(store_->finish(begin("same"), "")->sha256, hash);
  EXPECT_EQ(store_->finish(begin(""), "")->size, 0u);
  EXPECT_EQ(store_->list()->size(), 2u);
}

TEST_F(Blobs, other_bytes_than_announced_are_refused_and_stay_an_upload) {
  const std::string id = begin("these"), other = sha256_hex(bytes_of("those"));
  EXPECT_EQ(store_->finish(id, other).error().code(), Code::data_loss);
  EXPECT_EQ(store_->offset(id).value(), 5u);
  EXPECT_TRUE(store_->list()->empty());
  EXPECT_TRUE(store_->cancel(id).ok());
  EXPECT_EQ(store_->cancel(id).error().code(), Code::not_found);
}

TEST_F(Blobs, names_that_lead_elsewhere_are_unknown) {
  ASSERT_TRUE(write_file(folder_.in("secret"), "x").ok());
  for (const char* name : {"../secret", "../../secret", "", "/etc/passwd", "..",
                           "ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789"}) {
    EXPECT_EQ(store_->open(name).error().code(), Code::not_found) << name;
    EXPECT_EQ(store_->resume(name).error().code(), Code::not_found) << name;
    EXPECT_EQ(store_->cancel(name).error().code(), Code::not_found) << name;
    EXPECT_FALSE(store_->remove(name, seconds(0)).ok()) << name;
  }
}

TEST_F(Blobs, young_ones_are_not_removed) {
  const std::string hash = store_->finish(begin("young"), "")->sha256;
  EXPECT_FALSE(store_->remove(hash, seconds(1000)).value());
  EXPECT_TRUE(store_->look(hash).ok());
  EXPECT_TRUE(store_->remove(hash, seconds(0)).value());
  EXPECT_EQ(store_->look(hash).error().code(), Code::not_found);
  begin("left");
  EXPECT_EQ(store_->drop_uploads(seconds(1000)).value(), 0u);
  EXPECT_EQ(store_->drop_uploads(seconds(0)).value(), 1u);
}

// Every call to the disk in an upload fails once, in turn.
int countdown = 0;
bool fails() { return countdown > 0 && --countdown == 0; }
template <class... Arguments>
auto failing(auto call, int error, Arguments... arguments) -> decltype(call(arguments...)) {
  if (fails()) {
    errno = error;
    return -1;
  }
  return call(arguments...);
}

TEST_F(Blobs, a_disk_that_fails_at_any_call_leaves_a_blob_or_none) {
  static const FileSystem real = file_system();
  FileSystem faulty = real;
  faulty.open = [](const char* p, int f, mode_t m) { return failing(real.open, ENOSPC, p, f, m); };
  faulty.write = [](int fd, const void* d, size_t n) {
    return failing(real.write, ENOSPC, fd, d, n);
  };
  faulty.fsync = [](int fd) { return failing(real.fsync, EIO, fd); };
  faulty.rename = [](const char* a, const char* b) { return failing(real.rename, EROFS, a, b); };
  const ScopedFileSystem in_place(faulty);
  const std::string hash = sha256_hex(bytes_of("content"));
  int failures = 0;
  for (int n = 1; n < 100; ++n) {
    countdown = n;
    bool done = false;
    if (auto id = store_->begin(); id.ok()) {
      if (auto upload = store_->resume(*id); upload.ok())
        done = (*upload)->append(bytes_of("content")).ok() && (*upload)->sync().ok();
      done = done && store_->finish(*id, hash).ok();
    }
    const bool unused = countdown > 0;
    countdown = 0;
    if (store_->look(hash).ok()) {
      EXPECT_EQ(store_->look(hash)->size, 7u);
      EXPECT_TRUE(store_->remove(hash, seconds(0)).value());
    } else {
      EXPECT_FALSE(done) << "the call " << n << " failed, and yet it was acknowledged";
    }
    if (unused) break;
    EXPECT_FALSE(done) << "the call " << n << " failed";
    ++failures;
  }
  EXPECT_GT(failures, 8);
  EXPECT_LT(failures, 99);
}

}  // namespace
}  // namespace samara::blobs
