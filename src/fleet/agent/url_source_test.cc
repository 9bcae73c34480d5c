// Models from any address: by hash, by key, and what is refused.
#include "fleet/agent/url_source.h"

#include "fleet/agent/agent_test.h"
#include "fleet/io/crypto/key.h"

namespace samara::agent {
namespace {

constexpr const char* kUrl = "https://cdn.example/face.tflite";

class UrlSourceTest : public ModelManagerTest {
 protected:
  UrlSourceTest() { put(model("digits_f32")); }

  void put(const std::string& content) {
    server.pages[kUrl].content = content;
    hash = sha256_hex(delivery::bytes_of(content));
  }
  void sign(const crypto::PrivateKey& key, crypto::Scheme scheme) {
    const std::string text = hash + "  face.tflite\n";
    const auto signature = key.sign(scheme, delivery::bytes_of(text)).value();
    server.pages[cat(kUrl, ".sha256")].content = text;
    server.pages[cat(kUrl, ".sha256.sig")].content = {
        reinterpret_cast<const char*>(signature.data()), signature.size()};
  }
  static std::string pem(const crypto::PrivateKey& key) {
    return key.public_key().value().pem().value();
  }
  Code code_of(const UrlSource& source) {
    const auto offer = offer_of(source, server);
    EXPECT_FALSE(offer.ok());
    return offer.ok() ? Code::internal : offer.error().code();
  }
  std::string hash;
};

TEST_F(UrlSourceTest, a_hash_is_enough_and_is_never_out_of_date) {
  const auto manager = start();
  const UrlSource source = {.url = kUrl, .sha256 = hash, .name = "face"};
  const ModelFile file = manager->get_from_url(source).value();
  EXPECT_EQ(file.name, "face");
  EXPECT_EQ(file.sha256, hash);
  EXPECT_EQ(file.source, kUrl);
  EXPECT_TRUE(infer(*manager->open("face").value()->now()).ok());
  manager->wait_for_updates();
  const size_t asked = server.requests.size();
  EXPECT_TRUE(manager->get_from_url(source).ok());
  EXPECT_EQ(server.requests.size(), asked);
  put(model("digits_dr"));
  EXPECT_EQ(manager->get_from_url({.url = kUrl, .sha256 = hash, .name = "face"})->sha256, hash)
      << "another hash is another version";
}

TEST_F(UrlSourceTest, other_bytes_than_the_hash_never_come_in_use) {
  const auto manager = start();
  ASSERT_TRUE(manager->get_from_url({.url = kUrl, .sha256 = hash, .name = "face"}).ok());
  const std::string wanted = std::string(63, 'a') + "1";
  EXPECT_FALSE(manager->get_from_url({.url = kUrl, .sha256 = wanted, .name = "face"}).ok());
  EXPECT_EQ(manager->latest_file("face")->sha256, hash);
}

TEST_F(UrlSourceTest, a_key_vouches_for_what_is_there_now) {
  const std::pair<crypto::KeyKind, crypto::Scheme> kKinds[] = {
      {crypto::KeyKind::ed25519, crypto::Scheme::ed25519},
      {crypto::KeyKind::ecdsa_p256, crypto::Scheme::ecdsa_sha256},
      {crypto::KeyKind::rsa, crypto::Scheme::rsa_pkcs1_sha256},
  };
  for (const auto& [kind, scheme] : kKinds) {
    const auto key = crypto::PrivateKey::generate(kind, 2048).value();
    sign(key, scheme);
    const UrlSource source = {.url = kUrl, .public_key = pem(key)};
    EXPECT_EQ(offer_of(source, server)->entry.sha256, hash);
    server.pages[cat(kUrl, ".sha256")].content[0] ^= 1;
    EXPECT_EQ(code_of(source), Code::permission_denied);
  }
}

TEST_F(UrlSourceTest, a_newer_signed_version_is_an_update) {
  const auto key = crypto::PrivateKey::generate(crypto::KeyKind::ed25519).value();
  sign(key, crypto::Scheme::ed25519);
  const auto manager = start();
  const UrlSource source = {.url = kUrl, .public_key = pem(key)};
  ASSERT_TRUE(manager->get_from_url(source).ok());
  const std::string name = name_of(source);
  EXPECT_FALSE(manager->is_update_available(name).value());
  put(model("digits_dr"));
  sign(key, crypto::Scheme::ed25519);
  EXPECT_TRUE(manager->is_update_available(name).value());
  EXPECT_EQ(manager->get_from_url(source, Policy::latest_model)->sha256, hash);
  const std::string good = hash;
  put(model("digits_int8"));
  sign(crypto::PrivateKey::generate(crypto::KeyKind::ed25519).value(), crypto::Scheme::ed25519);
  EXPECT_EQ(manager->get_from_url(source, Policy::latest_model)->sha256, good)
      << "another's signature changes nothing";
}

TEST_F(UrlSourceTest, what_is_not_a_source_is_refused) {
  const std::string key = pem(crypto::PrivateKey::generate(crypto::KeyKind::ed25519).value());
  EXPECT_EQ(code_of({.url = "ftp://x/y", .sha256 = hash}), Code::invalid_argument);
  EXPECT_EQ(code_of({.url = kUrl}), Code::invalid_argument);
  EXPECT_EQ(code_of({.url = kUrl, .sha256 = hash, .public_key = key}), Code::invalid_argument);
  EXPECT_EQ(code_of({.url = kUrl, .sha256 = "abc"}), Code::invalid_argument);
  EXPECT_EQ(code_of({.url = kUrl, .sha256 = hash, .name = "../x"}), Code::invalid_argument);
  EXPECT_EQ(code_of({.url = kUrl, .public_key = "no key"}), Code::invalid_argument);
  EXPECT_EQ(code_of({.url = kUrl, .sha256 = hash, .most_bytes = 10}), Code::resource_exhausted);
  server.pages[cat(kUrl, ".sha256")].statuses = {404};
  EXPECT_EQ(code_of({.url = kUrl, .public_key = key}), Code::not_found);
  server.pages[cat(kUrl, ".sha256")].content = std::string(100'000, 'x');
  EXPECT_EQ(code_of({.url = kUrl, .public_key = key}), Code::resource_exhausted);
  server.pages[kUrl].statuses = {503};
  EXPECT_EQ(code_of({.url = kUrl, .sha256 = hash}), Code::unavailable);
}

TEST_F(UrlSourceTest, a_signed_file_without_a_hash_is_told) {
  const auto key = crypto::PrivateKey::generate(crypto::KeyKind::ed25519).value();
  hash = "no hash";
  sign(key, crypto::Scheme::ed25519);
  EXPECT_EQ(code_of({.url = kUrl, .public_key = pem(key)}), Code::data_loss);
}

}  // namespace
}  // namespace samara::agent
