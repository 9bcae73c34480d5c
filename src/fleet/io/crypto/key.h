// Keys for signatures: made, read from and written to PEM; signing and verifying.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "fleet/io/crypto/bytes.h"
#include "fleet/io/crypto/secret.h"
#include "samara/base/result.h"

namespace samara::crypto {

enum class KeyKind : uint8_t { ed25519, ecdsa_p256, rsa };

/// How a signature is computed. Each belongs to one kind of key.
enum class Scheme : uint8_t { ed25519, ecdsa_sha256, rsa_pss_sha256, rsa_pkcs1_sha256 };

constexpr int kLeastRsaBits = 2048;
constexpr int kMostRsaBits = 8192;

/// "ed25519", "ecdsa", "rsa".
std::string_view name(KeyKind kind);
KeyKind kind_of(Scheme scheme);

class PublicKey {
 public:
  /// Errors   invalid_argument  no public key in PEM
  ///          unsupported       of another kind, another curve, RSA too short or too long
  static Result<PublicKey> from_pem(std::string_view pem);
  /// The 32 bytes of an Ed25519 key (RFC 8032).
  static Result<PublicKey> from_raw(ByteView bytes);

  KeyKind kind() const;
  /// As SubjectPublicKeyInfo.
  Result<std::string> pem() const;
  Result<Bytes> der() const;
  /// Errors   failed_precondition  not Ed25519
  Result<Bytes> raw() const;
  /// False for a wrong signature, and for a scheme of another kind of key.
  bool verify(Scheme scheme, ByteView message, ByteView signature) const;

  struct Impl;
  explicit PublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

 private:
  std::shared_ptr<const Impl> impl_;
};

class PrivateKey {
 public:
  static Result<PrivateKey> generate(KeyKind kind, int rsa_bits = 3072);
  /// Reads the first private key of `pem`, with `passphrase` where it is encrypted.
  ///
  /// Errors   invalid_argument     no private key in PEM
  ///          failed_precondition  it is encrypted and there is no passphrase
  ///          permission_denied    the passphrase does not open it
  ///          unsupported          as for PublicKey::from_pem
  static Result<PrivateKey> from_pem(std::string_view pem, const Secret* passphrase = nullptr);

  /// PKCS#8, encrypted where there is a passphrase.
  Result<Secret> pem(const Secret* passphrase = nullptr) const;
  KeyKind kind() const;
  Result<PublicKey> public_key() const;
  /// Errors   invalid_argument  the scheme belongs to another kind of key
  Result<Bytes> sign(Scheme scheme, ByteView message) const;

  struct Impl;
  explicit PrivateKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace samara::crypto
