// Keys as metadata lists them, and who signs with them.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "fleet/io/crypto/key.h"
#include "fleet/io/json/json.h"

namespace samara::trust {

/// A key of a list. Kinds and schemes that we do not know stand in it, but verify nothing.
struct Key {
  std::optional<crypto::PublicKey> key;
  crypto::Scheme scheme = crypto::Scheme::ed25519;
  /// What makes it the same key, whatever its id: its bytes.
  std::string identity;

  bool verify(std::string_view message, std::string_view signature_hex) const;
};

/// By key id. The ids are names: two of them may mean one key, which then counts once.
using Keys = std::map<std::string, Key, std::less<>>;

/// Errors   invalid_argument  not an object with keytype, scheme and keyval.public
Result<Key> read_key(const json::Json& value);

/// A public key as metadata lists it.
Result<json::Json> write_key(const crypto::PublicKey& key);
/// SHA-256 of a key's canonical JSON (specification, chapter 4.2).
Result<std::string> key_id(const json::Json& key);

/// A private key and the name it signs by.
class Signer {
 public:
  static Result<Signer> of(crypto::PrivateKey key);

  const std::string& id() const { return id_; }
  /// The public half, as metadata lists it.
  const json::Json& key() const { return public_; }
  /// The signature in hexadecimal.
  Result<std::string> sign(std::string_view message) const;

 private:
  Signer(crypto::PrivateKey key, json::Json json, std::string id)
      : key_(std::move(key)), public_(std::move(json)), id_(std::move(id)) {}
  crypto::PrivateKey key_;
  json::Json public_;
  std::string id_;
};

}  // namespace samara::trust
