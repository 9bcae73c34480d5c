// Digests and signatures against the examples of their standards and of Python's cryptography;
// keys through PEM and back; what is refused.
#include <gtest/gtest.h>

#include <string>

#include "base/hash.h"
#include "fleet/io/crypto/digest.h"
#include "fleet/io/crypto/key.h"

namespace samara::crypto {
namespace {

std::string hex_of(const Result<Bytes>& bytes) { return bytes.ok() ? hex(*bytes) : "error"; }
Bytes unhex(std::string_view digits) { return from_hex(digits).value(); }

// Made by Python's cryptography 50: keys, and signatures of "samara" with them.
constexpr std::string_view kRsa =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvjLxJHYIvIIhMtYfJxGW\n"
    "H/KiAk3Jgs+XqGE6vkzXbNhwlzk67yqhZik7n7ezt+KAL7LOIBfzckG+mkdm4D8N\n"
    "IFK9TUSi3kW4qxzYPVXmW9PblQuzj4ebw6zK5w7pd2jdGozpIskLfR6YWD4z6ZEB\n"
    "KeefxmJ3vd7iTYfWbGuZAHJsczwCr2/En++goa5+3lFnIfX+OJdHGopQUl6X6K6U\n"
    "WpSu9ORPRRm5U5Bswr/OWz4XvYkmJbwv7hRWTWapsdqYi/B1n12gIYMfSZMldqkQ\n"
    "DpwF+keyvpxWHiYgSy0nDUbRIDNbOUDKoVLo4bV293IgOaODrBk7YY/p3UsBEH0G\n"
    "eQIDAQAB\n-----END PUBLIC KEY-----\n";
constexpr std::string_view kRsaPssLongestSalt =
    "696e10817f3410a96c3866c2a4f26997b5b6dbb6f428f04a13a8e3330dbeff40a9cd3a9d03f7b924f98269870d7534"
    "aa"
    "c3060bdf89dcd6d82e02a2dd507fac07a56428fd208cb5d75b02f0dfb81f25b66989904f6d926eadb674f613e5c686"
    "ea"
    "f51ac91199826255405b4f7b4677972e263185c05cc22d0c63d5d7098dd9f3f0bcd20a4462c73d72123e7816575032"
    "85"
    "f456ff122830c915e48e6e7b7749e51bd6c67c158b458a95a21257b44849162db819e5b0bdc2df3361fe5509fc0eca"
    "1f"
    "81ac57d2a22c1ba844a5fba2481f14b4feb21a989c92ebeb076dd80d1b4dae91f5a4bc7706d15d5f33a2d8b625f8ed"
    "2b"
    "07eab19085fe6bb701f49672cd1d7481";
constexpr std::string_view kRsaPkcs1 =
    "1c9eba6ff0cf2aa19512100778fab43fe71183cb198d8d4cf1f3dc3a14b80c70a0937f00fc4f7f2d1490ce0ebdcf1f"
    "ec"
    "9482dc3d3723983ab2ce14d60503b5836412646dac7d58971e8ec960a3a4030755bb8da56ed10d4e9f807210d65767"
    "27"
    "56918c16229971375cbda310664859d0d518e71a9b752ffca2e1f38e2d51e0a1d5c3834f84fe4604f9dcf1fd34a164"
    "e3"
    "b15eea81f5e0e982aed0631040e83cd69259fe42ec06dec0520cbed3f1588e205b6951040136843e1de1fca1d00188"
    "bf"
    "f75d9fdc381c1ec7567d74d535a78d6cd3b95623d0b29caa030283426d2868309952d1f7d2283f5a78cec7091eb774"
    "95"
    "0d986a9f3720fe83ed77106e6e1e2c0c";
constexpr std::string_view kEcdsa =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEjG6n7kOQ7HgxqYKnPOZ73AFxw2kq\n"
    "CeM+MiysfCKjeBscUGis38q49XDpLhlpSt4eVFUQ50afPsQ46IXIxB+HsQ==\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view kEcdsaSignature =
    "304402200679cb982d906f525baf1fa6e531afdd0b531cde28b0f71b117dfdd3cb325111022072b7e85b46ac42dad3"
    "ee"
    "9baf820ecfec3dc12a5b00a85a3debaaf31b40decb5b";
constexpr std::string_view kEcdsaEncrypted =  // passphrase: open sesame
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIH0MF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBDPMtIFgcDcO/eldHTe\n"
    "wPHgAgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQpoizqDgrQtq3dAjH\n"
    "ENvFagSBkI2PwTrGsacogz0sJbQowfZLZbts6uca7sxObJWtHk9ek3F+S7Nm1GUd\n"
    "WWdxgSVVgSERauXxuMy2zwGV+TPmYMFnxNuUgeqb5nyls8zzdan3/NXVP55QF9AH\n"
    "AwhPwBPDsu2Bkh7cJXhbRB6sseBEno8Lna1NZCvUE9H4ZE5LwRXHHPHo1TZS2dKs\n"
    "FZDRKrYuJQ==\n-----END ENCRYPTED PRIVATE KEY-----\n";
constexpr std::string_view kP384 =
    "-----BEGIN PUBLIC KEY-----\n"
    "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEo6okyhFHdsbiCSsIQY1GqU8uiwjEoOq6\n"
    "I0ycyK6ieybU+Q+sJ6EU9OTYUCkA3v790Xou430tImv++TR+aJk7XR45H3Yw1pl+\n"
    "qKj4YKlBtvQOptLxF6/Q8S3WDb1XV8AE\n-----END PUBLIC KEY-----\n";
constexpr std::string_view kRsa1024 =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC5HLMSNlJlyPt2swmF0N3gFcJi\n"
    "v/t+4h7Bz6D6RlUpaTrYYrGeoWDTHulYhjhzRK1A3XFHIAbizc/Y6oEvcViF2nfV\n"
    "iS78hVUGIYXm6l+dHkexfruqin8Y45lrhPVVIybpjgNl16UenbMi6PlYqKE6vhUW\n"
    "yiYzjDQfxOonDKaggQIDAQAB\n-----END PUBLIC KEY-----\n";

TEST(digest, gives_the_examples_of_fips_180) {
  EXPECT_EQ(hex_of(digest(Algorithm::sha256, bytes_of("abc"))), sha256_hex(bytes_of("abc")));
  EXPECT_EQ(
      hex_of(digest(Algorithm::sha384, bytes_of("abc"))),
      "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca1"
      "34c825a7");
  EXPECT_EQ(
      hex_of(digest(Algorithm::sha512, bytes_of("abc"))),
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23"
      "a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST(digest, in_pieces_is_that_of_the_whole) {
  Digest hash = Digest::start(Algorithm::sha512).value();
  for (const char c : std::string(1000, 'x')) hash.add(bytes_of({&c, 1}));
  EXPECT_EQ(hash.finish().value(),
            digest(Algorithm::sha512, bytes_of(std::string(1000, 'x'))).value());
  EXPECT_FALSE(hash.finish().ok());  // used up
}

TEST(hmac, gives_the_examples_of_rfc_4231) {
  EXPECT_EQ(
      hex_of(hmac(Algorithm::sha256, bytes_of("Jefe"), bytes_of("what do ya want for nothing?"))),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex_of(hmac(Algorithm::sha256, {}, {})),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(bytes, compare_and_read_as_hexadecimal) {
  EXPECT_TRUE(constant_time_equal(bytes_of("ab"), bytes_of("ab")));
  EXPECT_FALSE(constant_time_equal(bytes_of("ab"), bytes_of("ac")));
  EXPECT_FALSE(constant_time_equal(bytes_of("ab"), bytes_of("abc")));
  EXPECT_TRUE(constant_time_equal({}, {}));
  EXPECT_EQ(hex(unhex("00ffA0")), "00ffa0");
  for (const char* bad : {"0", "0g", "0x", " 00"}) EXPECT_FALSE(from_hex(bad)) << bad;
}

TEST(random, differs) {
  Bytes a(32), b(32);
  ASSERT_TRUE(random_bytes(a).ok() && random_bytes(b).ok());
  EXPECT_NE(a, b);
}

TEST(secret, moves_without_a_copy_and_is_wiped) {
  Secret a("hush");
  const char* at = a.data();
  Secret b(std::move(a));
  EXPECT_EQ(b.data(), at);
  EXPECT_TRUE(a.empty());  // NOLINT: what a move leaves is the promise tested
  b.shrink(2);
  EXPECT_EQ(b.view(), "hu");
  EXPECT_EQ(std::string(at + 2, 2), std::string(2, '\0'));
}

TEST(key, verifies_the_example_of_rfc_8032) {
  const auto key = PublicKey::from_raw(
      unhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
  ASSERT_TRUE(key.ok());
  const Bytes message = unhex("72");
  Bytes signature = unhex(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
      "1d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_TRUE(key->verify(Scheme::ed25519, message, signature));
  EXPECT_FALSE(key->verify(Scheme::ecdsa_sha256, message, signature));
  EXPECT_FALSE(key->verify(Scheme::ed25519, message, {}));
  signature[0] ^= std::byte{1};
  EXPECT_FALSE(key->verify(Scheme::ed25519, message, signature));
}

TEST(key, verifies_signatures_of_others) {
  const auto rsa = PublicKey::from_pem(kRsa), ecdsa = PublicKey::from_pem(kEcdsa);
  ASSERT_TRUE(rsa.ok() && ecdsa.ok());
  const ByteView message = bytes_of("samara");
  EXPECT_TRUE(rsa->verify(Scheme::rsa_pss_sha256, message, unhex(kRsaPssLongestSalt)));
  EXPECT_TRUE(rsa->verify(Scheme::rsa_pkcs1_sha256, message, unhex(kRsaPkcs1)));
  EXPECT_FALSE(rsa->verify(Scheme::rsa_pss_sha256, message, unhex(kRsaPkcs1)));
  EXPECT_FALSE(rsa->verify(Scheme::rsa_pss_sha256, bytes_of("other"), unhex(kRsaPssLongestSalt)));
  EXPECT_TRUE(ecdsa->verify(Scheme::ecdsa_sha256, message, unhex(kEcdsaSignature)));
  EXPECT_FALSE(ecdsa->verify(Scheme::ecdsa_sha256, bytes_of("other"), unhex(kEcdsaSignature)));
  EXPECT_EQ(rsa->pem().value(), kRsa);
}

TEST(key, signs_and_goes_through_pem) {
  for (const Scheme scheme :
       {Scheme::ed25519, Scheme::ecdsa_sha256, Scheme::rsa_pss_sha256, Scheme::rsa_pkcs1_sha256}) {
    const auto made = PrivateKey::generate(kind_of(scheme), 2048);
    ASSERT_TRUE(made.ok());
    const Secret pem = made->pem().value();
    EXPECT_TRUE(pem.view().starts_with("-----BEGIN PRIVATE KEY-----"));
    const auto key = PrivateKey::from_pem(pem.view());
    ASSERT_TRUE(key.ok());
    EXPECT_EQ(key->kind(), kind_of(scheme));
    const auto signature = key->sign(scheme, bytes_of("samara"));
    ASSERT_TRUE(signature.ok());
    const auto pub = made->public_key();
    ASSERT_TRUE(pub.ok());
    EXPECT_TRUE(pub->verify(scheme, bytes_of("samara"), *signature));
    EXPECT_FALSE(pub->verify(scheme, bytes_of("samarb"), *signature));
    EXPECT_EQ(pub->raw().ok(), scheme == Scheme::ed25519);
  }
}

TEST(key, opens_with_its_passphrase_only) {
  const Secret right("open sesame"), wrong("open barley"), empty;
  EXPECT_TRUE(PrivateKey::from_pem(kEcdsaEncrypted, &right).ok());
  const auto closed = PrivateKey::from_pem(kEcdsaEncrypted);
  ASSERT_FALSE(closed.ok());
  EXPECT_EQ(closed.error().code(), Code::failed_precondition);
  const auto refused = PrivateKey::from_pem(kEcdsaEncrypted, &wrong);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), Code::permission_denied);
  EXPECT_EQ(refused.error().text().find("barley"), std::string::npos);
  EXPECT_FALSE(PrivateKey::from_pem(kEcdsaEncrypted, &empty).ok());

  const auto made = PrivateKey::generate(KeyKind::ed25519);
  const auto pem = made->pem(&right);
  ASSERT_TRUE(pem.ok());
  EXPECT_TRUE(pem->view().starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
  EXPECT_TRUE(PrivateKey::from_pem(pem->view(), &right).ok());
  EXPECT_FALSE(PrivateKey::from_pem(pem->view(), &wrong).ok());
  EXPECT_FALSE(made->pem(&empty).ok());
}

TEST(key, refuses_what_is_no_key_or_too_weak) {
  EXPECT_EQ(PublicKey::from_pem(kP384).error().code(), Code::unsupported);
  EXPECT_EQ(PublicKey::from_pem(kRsa1024).error().code(), Code::unsupported);
  EXPECT_FALSE(PrivateKey::generate(KeyKind::rsa, 1024).ok());
  EXPECT_FALSE(PrivateKey::generate(KeyKind::rsa, 1 << 20).ok());
  for (const std::string_view bad :
       {std::string_view(), std::string_view("x"), kRsa.substr(0, 200), kEcdsaEncrypted}) {
    EXPECT_EQ(PublicKey::from_pem(bad).error().code(), Code::invalid_argument);
  }
  EXPECT_EQ(PrivateKey::from_pem(kRsa).error().code(), Code::invalid_argument);
  EXPECT_FALSE(PrivateKey::from_pem(std::string(1 << 20, '-')).ok());
  EXPECT_FALSE(PublicKey::from_raw(Bytes(31)).ok());
  const auto key = PrivateKey::generate(KeyKind::ed25519);
  EXPECT_FALSE(key->sign(Scheme::rsa_pss_sha256, {}).ok());
}

}  // namespace
}  // namespace samara::crypto
