// Sealed: contents encrypted on the disk of a device, and read again piece by piece.
//
//   8 bytes   "SMRSEAL1"
//   8 bytes   the content's size, little-endian
//   32 bytes  salt: each file has a key of its own, made of the device's, the salt and the content
//   16 bytes  by which another key is told from damage
//   for each kSealedPiece bytes of the content, the last one shorter:
//     12 bytes nonce, the piece in AES-256-GCM, 16 bytes tag
//
// A piece opens only at its place, in a file of that content and size: nothing can be moved, swapped,
// cut off or added. `docs/model-security.md` says what this is good for.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "fleet/delivery/slots.h"
#include "fleet/io/crypto/bytes.h"
#include "fleet/io/crypto/secret.h"
#include "samara/base/result.h"

namespace samara::delivery {

inline constexpr uint64_t kSealedPiece = uint64_t{64} << 10;
inline constexpr uint64_t kSealedHead = 64;

/// Gives the device's key of 32 bytes; asked whenever a content is opened, so that a keystore may be
/// locked in between.
using KeySource = std::function<Result<crypto::Secret>()>;

/// The key, if it can be one. Errors: invalid_argument (its size), and the source's.
Result<crypto::Secret> read_key(const KeySource& source);

/// The bytes on disk of a content of that size.
uint64_t sealed_size(uint64_t size);

/// How one file is sealed.
class Seal {
 public:
  /// A new file's, with a salt of its own. Errors: invalid_argument (the key), KeySource's.
  static Result<Seal> make(const KeySource& key, const Entry& entry);
  /// A file's that begins so.
  ///
  /// Errors   data_loss  it is none, or of another content, or sealed with another key; and KeySource's
  static Result<Seal> of(const KeySource& key, const Entry& entry, std::span<const std::byte> head);

  std::span<const std::byte> head() const { return head_; }
  /// Appends the sealed form of piece `index`.
  Status seal(uint64_t index, std::span<const std::byte> piece, crypto::Bytes* out) const;
  /// Errors   data_loss
  Status open(uint64_t index, std::span<const std::byte> sealed, std::span<std::byte> piece) const;

 private:
  Status derive(const KeySource& key, const Entry& entry);
  crypto::Bytes beside(uint64_t index) const;

  crypto::Bytes head_;
  std::string sha256_;
  crypto::Secret key_;
};

/// A content that can be read, whichever way it lies on the disk.
class Content {
 public:
  /// Sealed files need a key; plain ones are read as they are.
  ///
  /// Errors   those of File and Seal::of; failed_precondition  it is sealed, and no key is given
  static Result<Content> open(const std::string& path, const Entry& entry, const KeySource& key);
  /// Errors   data_loss  the piece was changed, or the file ends before
  Status read(uint64_t at, std::span<std::byte> out) const;

 private:
  Content(File file, uint64_t size) : file_(std::move(file)), size_(size) {}
  Status read_sealed(uint64_t at, std::span<std::byte> out) const;

  File file_;
  uint64_t size_;
  std::optional<Seal> seal_;
};

/// The size that a sealed file says its content has; nothing where it is not sealed.
Result<std::optional<uint64_t>> size_if_sealed(const std::string& path);

}  // namespace samara::delivery
