// Keys by OpenSSL's EVP interface.
#include "fleet/io/crypto/key.h"

#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>

#include <climits>
#include <cstring>

#include "base/try.h"
#include "fleet/io/crypto/openssl/handles.h"

namespace samara::crypto {

struct PublicKey::Impl {
  Pkey key;
  KeyKind kind;
};
struct PrivateKey::Impl {
  Pkey key;
  KeyKind kind;
};

namespace {

constexpr int kRounds = 600'000;  // of PBKDF2 with SHA-256: OWASP's advice of 2023
constexpr size_t kMostPem = 64 << 10;

Result<KeyKind> judge(EVP_PKEY* key) {
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_ED25519:
      return KeyKind::ed25519;
    case EVP_PKEY_EC: {
      char group[32] = "";
      if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group,
                                         nullptr) == 1 &&
          std::strcmp(group, "prime256v1") == 0)
        return KeyKind::ecdsa_p256;
      ERR_clear_error();
      return Error(Code::unsupported, "an ECDSA key of another curve than P-256");
    }
    case EVP_PKEY_RSA: {
      const int bits = EVP_PKEY_get_bits(key);
      if (bits >= kLeastRsaBits && bits <= kMostRsaBits) return KeyKind::rsa;
      return Error(Code::unsupported,
                   cat("an RSA key of ", bits, " bits, not ", kLeastRsaBits, " to ", kMostRsaBits));
    }
    default:
      return Error(Code::unsupported, "a key that is not Ed25519, ECDSA P-256 or RSA");
  }
}

/// A reader of `text`, which must outlive it.
Result<Bio> reader(std::string_view text) {
  if (text.size() > kMostPem) return Error(Code::invalid_argument, "too long for a key");
  Bio bio(BIO_new_mem_buf(text.empty() ? "" : text.data(), static_cast<int>(text.size())));
  if (!bio) return library_error("read from memory");
  return bio;
}

/// What a writer in memory holds.
std::string_view written(const Bio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, size > 0 ? static_cast<size_t>(size) : 0};
}

struct Passphrase {
  const Secret* secret = nullptr;
  bool asked = false;
};
int give_passphrase(char* out, int room, int, void* user) {
  auto& passphrase = *static_cast<Passphrase*>(user);
  passphrase.asked = true;
  if (!passphrase.secret || passphrase.secret->size() > static_cast<size_t>(room)) return -1;
  passphrase.secret->view().copy(out, passphrase.secret->size());
  return static_cast<int>(passphrase.secret->size());
}

/// Sets the padding that the scheme says.
bool set_padding(EVP_PKEY_CTX* context, Scheme scheme, bool signing) {
  if (scheme == Scheme::rsa_pkcs1_sha256)
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  if (scheme != Scheme::rsa_pss_sha256) return true;
  // Others sign with the longest salt; we with the digest's length, as RFC 8017 has it.
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(
             context, signing ? RSA_PSS_SALTLEN_DIGEST : RSA_PSS_SALTLEN_AUTO) == 1;
}

const EVP_MD* md_of(Scheme scheme) { return scheme == Scheme::ed25519 ? nullptr : EVP_sha256(); }

Result<std::string> public_pem(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_PUBKEY(bio.get(), key) != 1) return library_error("write a public key");
  return std::string(written(bio));
}

}  // namespace

std::string_view name(KeyKind kind) {
  constexpr std::string_view kNames[] = {"ed25519", "ecdsa", "rsa"};
  return kNames[static_cast<size_t>(kind)];
}

KeyKind kind_of(Scheme scheme) {
  if (scheme == Scheme::ed25519) return KeyKind::ed25519;
  return scheme == Scheme::ecdsa_sha256 ? KeyKind::ecdsa_p256 : KeyKind::rsa;
}

Result<PublicKey> PublicKey::from_pem(std::string_view pem) {
  TRY_SET(const Bio bio, reader(pem));
  Passphrase none;  // without it the library would ask on the terminal
  Pkey key(PEM_read_bio_PUBKEY(bio.get(), nullptr, give_passphrase, &none));
  ERR_clear_error();
  if (!key) return Error(Code::invalid_argument, "not a public key in PEM");
  TRY_SET(const KeyKind kind, judge(key.get()));
  return PublicKey(std::make_shared<Impl>(Impl{std::move(key), kind}));
}

Result<PublicKey> PublicKey::from_raw(ByteView bytes) {
  if (bytes.size() != 32)
    return Error(Code::invalid_argument,
                 cat("an Ed25519 key has 32 bytes, this one ", bytes.size()));
  Pkey key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, data_of(bytes), bytes.size()));
  if (!key) return library_error("take an Ed25519 key");
  return PublicKey(std::make_shared<Impl>(Impl{std::move(key), KeyKind::ed25519}));
}

KeyKind PublicKey::kind() const { return impl_->kind; }

Result<std::string> PublicKey::pem() const { return public_pem(impl_->key.get()); }

Result<Bytes> PublicKey::der() const {
  const int size = i2d_PUBKEY(impl_->key.get(), nullptr);
  if (size <= 0) return library_error("write a public key");
  Bytes out(static_cast<size_t>(size));
  unsigned char* at = data_of(out);
  i2d_PUBKEY(impl_->key.get(), &at);
  return out;
}

Result<Bytes> PublicKey::raw() const {
  if (impl_->kind != KeyKind::ed25519)
    return Error(Code::failed_precondition, "only Ed25519 keys are plain bytes");
  Bytes out(32);
  size_t size = out.size();
  if (EVP_PKEY_get_raw_public_key(impl_->key.get(), data_of(out), &size) != 1 || size != 32)
    return library_error("give an Ed25519 key");
  return out;
}

bool PublicKey::verify(Scheme scheme, ByteView message, ByteView signature) const {
  if (kind_of(scheme) != impl_->kind) return false;
  const MdContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* pkey = nullptr;  // the context's own
  const bool good =
      context &&
      EVP_DigestVerifyInit(context.get(), &pkey, md_of(scheme), nullptr, impl_->key.get()) == 1 &&
      set_padding(pkey, scheme, false) &&
      EVP_DigestVerify(context.get(), data_of(signature), signature.size(), data_of(message),
                       message.size()) == 1;
  ERR_clear_error();
  return good;
}

Result<PrivateKey> PrivateKey::generate(KeyKind kind, int rsa_bits) {
  Pkey key;
  switch (kind) {
    case KeyKind::ed25519:
      key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
      break;
    case KeyKind::ecdsa_p256:
      key.reset(EVP_EC_gen("P-256"));
      break;
    case KeyKind::rsa:
      if (rsa_bits < kLeastRsaBits || rsa_bits > kMostRsaBits)
        return Error(Code::invalid_argument, cat("RSA keys have ", kLeastRsaBits, " to ",
                                                 kMostRsaBits, " bits, not ", rsa_bits));
      key.reset(EVP_RSA_gen(static_cast<unsigned>(rsa_bits)));
      break;
  }
  if (!key) return library_error("make a key");
  return PrivateKey(std::make_shared<Impl>(Impl{std::move(key), kind}));
}

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem, const Secret* passphrase) {
  TRY_SET(const Bio bio, reader(pem));
  Passphrase given{passphrase};
  Pkey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &given));
  ERR_clear_error();
  if (!key && given.asked && !passphrase)
    return Error(Code::failed_precondition, "the private key is encrypted: a passphrase is needed");
  if (!key && given.asked)
    return Error(Code::permission_denied, "the passphrase does not open the private key");
  if (!key) return Error(Code::invalid_argument, "not a private key in PEM");
  TRY_SET(const KeyKind kind, judge(key.get()));
  return PrivateKey(std::make_shared<Impl>(Impl{std::move(key), kind}));
}

Result<Secret> PrivateKey::pem(const Secret* passphrase) const {
  const Bio bio(BIO_new(BIO_s_mem()));
  const Pkcs8 plain(EVP_PKEY2PKCS8(impl_->key.get()));
  if (!bio || !plain) return library_error("write a private key");
  if (!passphrase) {
    if (PEM_write_bio_PKCS8_PRIV_KEY_INFO(bio.get(), plain.get()) != 1)
      return library_error("write a private key");
    return Secret(written(bio));
  }
  if (passphrase->empty() || passphrase->size() > PEM_BUFSIZE)
    return Error(Code::invalid_argument, cat("a passphrase has 1 to ", PEM_BUFSIZE, " bytes"));
  AlgorithmId algorithm(
      PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), kRounds, nullptr, 16, nullptr, NID_hmacWithSHA256));
  if (!algorithm) return library_error("encrypt a private key");
  const Encrypted closed(PKCS8_set0_pbe(passphrase->view().data(),  // NOLINT: its size follows
                                        static_cast<int>(passphrase->size()), plain.get(),
                                        algorithm.get()));
  if (!closed) return library_error("encrypt a private key");
  (void)algorithm.release();  // NOLINT: now a part of `closed`
  if (PEM_write_bio_PKCS8(bio.get(), closed.get()) != 1)
    return library_error("write a private key");
  return Secret(written(bio));
}

KeyKind PrivateKey::kind() const { return impl_->kind; }

Result<PublicKey> PrivateKey::public_key() const {
  TRY_SET(const std::string pem, public_pem(impl_->key.get()));
  return PublicKey::from_pem(pem);
}

Result<Bytes> PrivateKey::sign(Scheme scheme, ByteView message) const {
  if (kind_of(scheme) != impl_->kind)
    return Error(Code::invalid_argument, cat("the scheme is not one of ", name(impl_->kind)));
  const MdContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* pkey = nullptr;  // the context's own
  size_t size = 0;
  if (!context ||
      EVP_DigestSignInit(context.get(), &pkey, md_of(scheme), nullptr, impl_->key.get()) != 1 ||
      !set_padding(pkey, scheme, true) ||
      EVP_DigestSign(context.get(), nullptr, &size, data_of(message), message.size()) != 1)
    return library_error("sign");
  Bytes out(size);
  if (EVP_DigestSign(context.get(), data_of(out), &size, data_of(message), message.size()) != 1)
    return library_error("sign");
  out.resize(size);
  return out;
}

}  // namespace samara::crypto
