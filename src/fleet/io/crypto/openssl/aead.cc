// AES-256-GCM by OpenSSL.
#include "fleet/io/crypto/aead.h"

#include <climits>

#include "base/try.h"
#include "fleet/io/crypto/openssl/handles.h"

namespace samara::crypto {
namespace {

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Free<EVP_CIPHER_CTX_free>>;

unsigned char* writable(std::span<std::byte> bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

Status check_sizes(ByteView key, ByteView nonce, size_t plain, size_t sealed) {
  if (key.size() == kAeadKey && nonce.size() == kAeadNonce && sealed >= kAeadTag &&
      sealed - kAeadTag == plain && sealed < INT_MAX)
    return ok();
  return Error(Code::invalid_argument, "a key, nonce or text of a wrong size");
}

/// Key, nonce and what stands beside, for one direction.
Result<CipherContext> begin(ByteView key, ByteView nonce, ByteView beside, bool seal) {
  CipherContext out(EVP_CIPHER_CTX_new());
  int n = 0;
  if (!out ||
      EVP_CipherInit_ex(out.get(), EVP_aes_256_gcm(), nullptr, data_of(key), data_of(nonce),
                        seal ? 1 : 0) != 1 ||
      EVP_CipherUpdate(out.get(), nullptr, &n, data_of(beside), static_cast<int>(beside.size())) !=
          1)
    return library_error("begin a cipher");
  return out;
}

}  // namespace

Status aead_seal(ByteView key, ByteView nonce, ByteView beside, ByteView plain,
                 std::span<std::byte> out) {
  TRY(check_sizes(key, nonce, plain.size(), out.size()));
  TRY_SET(const CipherContext context, begin(key, nonce, beside, true));
  int n = 0;
  unsigned char none = 0;
  if (EVP_CipherUpdate(context.get(), writable(out), &n, data_of(plain),
                       static_cast<int>(plain.size())) != 1 ||
      EVP_CipherFinal_ex(context.get(), &none, &n) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kAeadTag,
                          writable(out) + plain.size()) != 1)
    return library_error("encrypt");
  return ok();
}

Status aead_open(ByteView key, ByteView nonce, ByteView beside, ByteView sealed,
                 std::span<std::byte> out) {
  TRY(check_sizes(key, nonce, out.size(), sealed.size()));
  TRY_SET(const CipherContext context, begin(key, nonce, beside, false));
  int n = 0;
  unsigned char none = 0;
  Bytes tag(sealed.end() - kAeadTag, sealed.end());
  if (EVP_CipherUpdate(context.get(), writable(out), &n, data_of(sealed),
                       static_cast<int>(out.size())) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kAeadTag, data_of(tag)) != 1)
    return library_error("decrypt");
  if (EVP_CipherFinal_ex(context.get(), &none, &n) == 1) return ok();
  ERR_clear_error();
  return Error(Code::data_loss, "is not what was encrypted with this key");
}

}  // namespace samara::crypto
