// Digests, message authentication, random bytes, comparison in constant time.
#pragma once

#include <cstdint>
#include <memory>

#include "fleet/io/crypto/bytes.h"
#include "samara/base/result.h"

namespace samara::crypto {

/// `sha1`: only to tell others what they compare; it proves nothing any more.
enum class Algorithm : uint8_t { sha256, sha384, sha512, sha1 };

/// A digest that is fed piece by piece.
class Digest {
 public:
  /// Errors   unsupported (this build has no library), resource_exhausted
  static Result<Digest> start(Algorithm algorithm);
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;
  ~Digest();

  void add(ByteView bytes);
  /// The digest of all that was added; the object is then used up.
  Result<Bytes> finish();

  struct State;

 private:
  explicit Digest(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// The digest of `bytes`, all at once.
Result<Bytes> digest(Algorithm algorithm, ByteView bytes);

/// HMAC (RFC 2104).
Result<Bytes> hmac(Algorithm algorithm, ByteView key, ByteView message);

/// Whether both are the same; the time tells nothing but the sizes.
bool constant_time_equal(ByteView a, ByteView b);

/// Fills `out` from the system's generator for secrets.
Status random_bytes(std::span<std::byte> out);

}  // namespace samara::crypto
