#include "fleet/agent/tuf_catalog.h"

#include "base/file.h"
#include "base/temporary_folder.h"
#include "base/text.h"
#include "fleet/delivery/delivery_test.h"
#include "fleet/trust/repository_test.h"

namespace samara::agent {
namespace {

class TestDevice final : public delivery::DeviceStateSource {
 public:
  delivery::DeviceState now() override { return {}; }
};

/// A device that follows the channel "stable" of a repository, and the server of its target files.
class TufCatalogTest : public ::testing::Test {
 protected:
  TufCatalogTest() {
    EXPECT_TRUE(trust::Client::bootstrap(trusted, repository.first_root).ok());
    clock.wall = trust::kNow * 1000;
    publish("1.0.0", model("digits_f32"));
    catalog.emplace(trusted, repository.fetch(),
                    TufCatalog::Options{.target_urls = {"https://mirror", "https://hub/targets/"}},
                    clock);
    ModelManager::Options options;
    options.folder = folder_.path();
    options.clock = &clock;
    options.limits.reserve = 0;
    options.limits.most_fruitless = 2;
    manager.emplace(std::move(options), *catalog, server, device);
  }
  static std::string model(const std::string& name) {
    return read_file("examples/digits/models/" + name + ".tflite").value();
  }
  void publish(const std::string& version, const std::string& content) {
    auto target = trust::describe("stable/digits.tflite", content).value();
    target.custom = json::Json::object({{"version", version}});
    EXPECT_TRUE(trust::set_target(repository.roles["targets"], target).ok());
    repository.publish_all();
    url = cat("https://hub/targets/stable/", sha256_hex(delivery::bytes_of(content)),
              ".digits.tflite");
    server.pages[url].content = content;
  }

  const TemporaryFolder folder_ = TemporaryFolder::make().value();
  trust::Repository repository;
  trust::MemoryStore trusted;
  delivery::TestServer server;
  delivery::TestClock clock;
  TestDevice device;
  std::string url;
  std::optional<TufCatalog> catalog;
  std::optional<ModelManager> manager;
};

TEST_F(TufCatalogTest, what_is_signed_for_arrives_and_is_used) {
  EXPECT_EQ(manager->get("digits", Policy::latest_model)->version, "1.0.0");
  publish("1.1.0", model("digits_dr"));
  EXPECT_EQ(manager->get("digits", Policy::latest_model)->version, "1.1.0");
  EXPECT_EQ(manager->details("faces").error().code(), Code::not_found);
  EXPECT_EQ(manager->details("../x").error().code(), Code::invalid_argument);
}

TEST_F(TufCatalogTest, bytes_that_are_not_those_signed_for_never_come_in_use) {
  ASSERT_TRUE(manager->get("digits", Policy::latest_model).ok());
  publish("1.1.0", model("digits_dr"));
  server.pages[url].content[5000] ^= 1;
  EXPECT_EQ(manager->get("digits", Policy::latest_model)->version, "1.0.0");
  EXPECT_NE(manager->explain("digits").find("does not have the hash"), std::string::npos)
      << manager->explain("digits");
}

TEST_F(TufCatalogTest, metadata_of_a_wrong_key_offers_nothing) {
  ASSERT_TRUE(manager->get("digits", Policy::latest_model).ok());
  repository.signers["targets"] = {trust::new_signer()};
  publish("1.1.0", model("digits_dr"));
  EXPECT_EQ(manager->details("digits").error().code(), Code::permission_denied);
  EXPECT_EQ(manager->get("digits", Policy::latest_model)->version, "1.0.0");
}

TEST_F(TufCatalogTest, a_repository_that_was_frozen_offers_nothing_and_the_model_stays) {
  ASSERT_TRUE(manager->get("digits", Policy::latest_model).ok());
  clock.wall += 2 * trust::kWeek * 1000;
  EXPECT_EQ(manager->details("digits").error().code(), Code::failed_precondition);
  EXPECT_EQ(manager->get("digits", Policy::latest_model)->version, "1.0.0");
}

}  // namespace
}  // namespace samara::agent
