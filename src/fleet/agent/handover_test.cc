// Models as open files: they stay what they are, whatever becomes of the store.
#include "fleet/agent/handover.h"

#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>

#include "fleet/agent/agent_test.h"

namespace samara::agent {
namespace {

class HandoverTest : public ModelManagerTest {
 protected:
  static std::string content(const delivery::HeldModel& held) {
    std::string out(held.model.size, '\0');
    EXPECT_TRUE(held.file.read(0, std::as_writable_bytes(std::span(out))).ok());
    return out;
  }
  static bool can_be_changed(const delivery::HeldModel& held) {
    const char zero = 0;
    return pwrite(held.file.fd(), &zero, 1, 0) == 1 || ftruncate(held.file.fd(), 1) == 0 ||
           mmap(nullptr, 1, PROT_WRITE, MAP_SHARED, held.file.fd(), 0) != MAP_FAILED;
  }
};

TEST_F(HandoverTest, a_file_that_is_handed_over_stays) {
  const auto manager = start();
  Handover handover(*manager);
  EXPECT_EQ(handover.open("digits").error().code(), Code::not_found);
  EXPECT_EQ(handover.open("../digits").error().code(), Code::invalid_argument);
  ASSERT_TRUE(manager->update("digits").ok());
  const auto held = handover.open("digits");
  ASSERT_TRUE(held.ok()) << held.error().text();
  EXPECT_EQ(content(*held), model("digits_f32"));
  EXPECT_FALSE(can_be_changed(*held));
  ASSERT_TRUE(manager->remove("digits").ok());
  EXPECT_EQ(content(*held), model("digits_f32"));
  EXPECT_TRUE(std::filesystem::exists(held->model.path)) << "it is not cleaned up yet";
}

TEST_F(HandoverTest, a_sealed_model_is_handed_over_in_memory_that_nobody_can_change) {
  options.key = [] { return crypto::Secret(std::string(32, 'k')); };
  if (!delivery::Seal::make(options.key, catalog.entry).ok()) GTEST_SKIP() << "no cipher library";
  const auto manager = start();
  Handover handover(*manager);
  ASSERT_TRUE(manager->update("digits").ok());
  const auto first = handover.open("digits");
  if (!first.ok() && first.error().code() == Code::unsupported) GTEST_SKIP() << "no such memory";
  ASSERT_TRUE(first.ok()) << first.error().text();
  EXPECT_TRUE(first->model.sealed);
  EXPECT_EQ(content(*first), model("digits_f32"));
  EXPECT_FALSE(can_be_changed(*first));
  const auto again = handover.open("digits");
  EXPECT_EQ(again->file.identity()->inode, first->file.identity()->inode) << "one for all";
  publish("2", model("digits_int8"));
  ASSERT_TRUE(manager->update("digits").ok());
  EXPECT_EQ(content(*handover.open("digits")), model("digits_int8"));
  EXPECT_EQ(content(*first), model("digits_f32")) << "who has the old one keeps it";
}

TEST_F(HandoverTest, a_sealed_model_that_was_changed_is_not_handed_over) {
  options.key = [] { return crypto::Secret(std::string(32, 'k')); };
  if (!delivery::Seal::make(options.key, catalog.entry).ok()) GTEST_SKIP() << "no cipher library";
  const auto manager = start();
  ASSERT_TRUE(manager->update("digits").ok());
  const std::string path = manager->latest_file("digits")->path;
  std::string bytes = read_file(path).value();
  bytes[bytes.size() / 2] ^= 1;
  ASSERT_TRUE(write_file(path, bytes).ok());
  EXPECT_EQ(Handover(*manager).open("digits").error().code(), Code::data_loss);
}

}  // namespace
}  // namespace samara::agent
