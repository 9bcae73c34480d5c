// Digests, HMAC, random bytes and comparison by OpenSSL.
#include "fleet/io/crypto/digest.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <climits>

#include "base/try.h"
#include "fleet/io/crypto/openssl/handles.h"

namespace samara::crypto {

struct Digest::State {
  MdContext context;
  bool good = true;
};

Digest::Digest(std::unique_ptr<State> state) : state_(std::move(state)) {}
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;
Digest::~Digest() = default;

Result<Digest> Digest::start(Algorithm algorithm) {
  auto state = std::make_unique<State>();
  state->context.reset(EVP_MD_CTX_new());
  if (!state->context || EVP_DigestInit_ex(state->context.get(), md_of(algorithm), nullptr) != 1)
    return library_error("start a digest");
  return Digest(std::move(state));
}

void Digest::add(ByteView bytes) {
  state_->good =
      state_->good && EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1;
}

Result<Bytes> Digest::finish() {
  Bytes out(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (!state_->good || EVP_DigestFinal_ex(state_->context.get(), data_of(out), &size) != 1) {
    state_->good = false;
    return library_error("finish a digest");
  }
  state_->good = false;
  out.resize(size);
  return out;
}

Result<Bytes> digest(Algorithm algorithm, ByteView bytes) {
  TRY_SET(Digest hash, Digest::start(algorithm));
  hash.add(bytes);
  return hash.finish();
}

Result<Bytes> hmac(Algorithm algorithm, ByteView key, ByteView message) {
  Bytes out(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (key.size() > INT_MAX) return Error(Code::invalid_argument, "the key is too long");
  // A null key would mean the one of a call before.
  const unsigned char none = 0;
  if (!HMAC(md_of(algorithm), key.empty() ? &none : data_of(key), static_cast<int>(key.size()),
            data_of(message), message.size(), data_of(out), &size))
    return library_error("compute an HMAC");
  out.resize(size);
  return out;
}

bool constant_time_equal(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

Status random_bytes(std::span<std::byte> out) {
  while (!out.empty()) {
    const size_t piece = std::min<size_t>(out.size(), 1 << 20);
    if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(piece)) != 1)
      return library_error("make random bytes");
    out = out.subspan(piece);
  }
  return ok();
}

}  // namespace samara::crypto
