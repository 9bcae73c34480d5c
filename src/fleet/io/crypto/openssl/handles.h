// Owners of OpenSSL's objects.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string_view>

#include "base/text.h"
#include "fleet/io/crypto/bytes.h"
#include "fleet/io/crypto/digest.h"
#include "samara/base/result.h"

namespace samara::crypto {

template <auto free>
struct Free {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Pkey = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using MdContext = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using Pkcs8 = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Free<PKCS8_PRIV_KEY_INFO_free>>;
using Encrypted = std::unique_ptr<X509_SIG, Free<X509_SIG_free>>;
using AlgorithmId = std::unique_ptr<X509_ALGOR, Free<X509_ALGOR_free>>;

/// An error of the library: what failed, by our words alone, as its own might quote input.
inline Error library_error(std::string_view what) {
  ERR_clear_error();
  return Error(Code::internal, cat("the cipher library cannot ", what));
}

inline const unsigned char* data_of(ByteView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* data_of(Bytes& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

inline const EVP_MD* md_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::sha256:
      return EVP_sha256();
    case Algorithm::sha384:
      return EVP_sha384();
    case Algorithm::sha512:
      return EVP_sha512();
    case Algorithm::sha1:
      return EVP_sha1();
  }
  return nullptr;
}

}  // namespace samara::crypto
