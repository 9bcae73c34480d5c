// Key types and schemes: the specification's chapter 4.2, and what python-securesystemslib and
// go-tuf write: PEM for RSA and ECDSA, 32 bytes in hexadecimal for Ed25519.
#include "fleet/trust/key.h"

#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"
#include "fleet/trust/canonical.h"

namespace samara::trust {
namespace {

using crypto::KeyKind;
using crypto::Scheme;
using json::Json;

struct Form {
  std::string_view type, scheme;
  Scheme means;
};
// The first of a kind is the one we write. "ecdsa-sha2-nistp256" as a type is an old spelling.
constexpr Form kForms[] = {
    {"ed25519", "ed25519", Scheme::ed25519},
    {"ecdsa", "ecdsa-sha2-nistp256", Scheme::ecdsa_sha256},
    {"rsa", "rsassa-pss-sha256", Scheme::rsa_pss_sha256},
    {"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", Scheme::ecdsa_sha256},
    {"rsa", "rsa-pkcs1v15-sha256", Scheme::rsa_pkcs1_sha256},
};

const Form& form_of(KeyKind kind) {
  for (const Form& form : kForms)
    if (kind_of(form.means) == kind) return form;
  return kForms[0];
}

Result<crypto::PublicKey> read_public(Scheme scheme, const std::string& text) {
  if (scheme != Scheme::ed25519) return crypto::PublicKey::from_pem(text);
  const auto raw = crypto::from_hex(text);
  if (!raw) return Error(Code::invalid_argument, "an Ed25519 key is not hexadecimal");
  return crypto::PublicKey::from_raw(*raw);
}

}  // namespace

bool Key::verify(std::string_view message, std::string_view signature_hex) const {
  const auto signature = crypto::from_hex(signature_hex);
  return key && signature && key->verify(scheme, crypto::bytes_of(message), *signature);
}

Result<Key> read_key(const Json& value) {
  const auto text = [](const Json* member) { return member ? member->as_string() : nullptr; };
  const Json* keyval = value.find("keyval");
  const std::string* type = text(value.find("keytype"));
  const std::string* scheme = text(value.find("scheme"));
  const std::string* content = keyval ? text(keyval->find("public")) : nullptr;
  if (!type || !scheme || !content)
    return Error(Code::invalid_argument, "a key without keytype, scheme or keyval.public");
  Key out;
  for (const Form& form : kForms) {
    if (form.type != *type || form.scheme != *scheme) continue;
    out.scheme = form.means;
    const auto key = read_public(form.means, *content);
    if (!key.ok() || key->kind() != kind_of(form.means)) break;
    TRY_SET(const crypto::Bytes der, key->der());
    out.identity = hex(der);
    out.key = *key;
    break;
  }
  return out;
}

Result<Json> write_key(const crypto::PublicKey& key) {
  const Form& form = form_of(key.kind());
  std::string content;
  if (key.kind() == KeyKind::ed25519) {
    TRY_SET(const crypto::Bytes raw, key.raw());
    content = hex(raw);
  } else {
    TRY_SET(content, key.pem());
  }
  return Json::object({{"keytype", form.type},
                       {"keyval", Json::object({{"public", std::move(content)}})},
                       {"scheme", form.scheme}});
}

Result<std::string> key_id(const Json& key) {
  TRY_SET(const std::string text, canonical(key));
  return sha256_hex(crypto::bytes_of(text));
}

Result<Signer> Signer::of(crypto::PrivateKey key) {
  TRY_SET(const crypto::PublicKey half, key.public_key());
  TRY_SET(Json json, write_key(half));
  TRY_SET(std::string id, key_id(json));
  return Signer(std::move(key), std::move(json), std::move(id));
}

Result<std::string> Signer::sign(std::string_view message) const {
  TRY_SET(const crypto::Bytes signature,
          key_.sign(form_of(key_.kind()).means, crypto::bytes_of(message)));
  return hex(signature);
}

}  // namespace samara::trust
