// Blobs: bytes named by their SHA-256, written once and never changed; and uploads, which become
// blobs when they are whole. Two uploads of the same bytes are one blob.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "samara/base/result.h"

namespace samara::blobs {

struct Blob {
  std::string sha256;  // 64 hexadecimal digits in lower case
  uint64_t size = 0;
  std::chrono::seconds age{};  // since it was last uploaded
};

/// Whether the text is 64 hexadecimal digits in lower case: what may be asked of a store.
bool is_hash(std::string_view text);

/// A blob that is open: a file of this machine, or what brings its bytes from elsewhere.
struct Content {
  std::shared_ptr<const File> file;  // none: elsewhere
  uint64_t size = 0;
  /// Fills `out` from `offset` on; it may wait. One call at a time.
  std::function<Status(uint64_t offset, std::span<std::byte> out)> read;
};

/// A blob's bytes on this machine, to be read by a program while this lives.
struct LocalCopy {
  std::string path;
  std::shared_ptr<void> held;  // empty: they lie there anyway
};

/// An upload that one writer holds.
class Upload {
 public:
  virtual ~Upload() = default;
  /// How many bytes are there.
  virtual uint64_t offset() const = 0;
  /// Errors   resource_exhausted (disk full), io
  virtual Status append(std::span<const std::byte> bytes) = 0;
  /// What was appended outlives a power cut once this returns.
  virtual Status sync() = 0;
};

/// Errors   of all: io, permission_denied; not_found where the name is unknown
/// Threads  any
class Store {
 public:
  virtual ~Store() = default;

  /// Whether blobs lie elsewhere, so that every call for one may wait.
  virtual bool remote() const { return false; }
  virtual Result<Blob> look(std::string_view sha256) = 0;
  virtual Result<Content> open(std::string_view sha256) = 0;
  virtual Result<LocalCopy> local(std::string_view sha256) = 0;
  virtual Result<std::vector<Blob>> list() = 0;
  /// Removes it if its last upload is that long ago: a younger one may be about to be named by a
  /// version that is just being made. The value: whether it was removed.
  virtual Result<bool> remove(std::string_view sha256, std::chrono::seconds least_age) = 0;

  /// The name of a new upload: not to be guessed.
  virtual Result<std::string> begin() = 0;
  /// Errors   unavailable  somebody else is writing to it
  virtual Result<std::unique_ptr<Upload>> resume(std::string_view id) = 0;
  virtual Result<uint64_t> offset(std::string_view id) = 0;
  /// A finished upload's path, to be read before it becomes a blob.
  virtual Result<std::string> path(std::string_view id) = 0;
  /// Makes a blob of the upload: it is there whole, on disk, or not at all.
  ///
  /// Errors   data_loss  the bytes have another hash than `expected` (empty: any)
  virtual Result<Blob> finish(std::string_view id, std::string_view expected) = 0;
  virtual Status cancel(std::string_view id) = 0;
  /// Drops uploads that nobody has written to for that long. The value: how many.
  virtual Result<size_t> drop_uploads(std::chrono::seconds age) = 0;
};

/// Blobs in a folder, which is made if it is not there.
Result<std::unique_ptr<Store>> open_folder(const std::string& path);
/// Blobs in S3-compatible storage: s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION. Keys come
/// from the environment or a file, as other clients have them. Uploads grow in the folder until they
/// are whole.
///
/// Errors   invalid_argument   no such address, or no keys
///          permission_denied  the keys are not taken there
Result<std::unique_ptr<Store>> open_s3(const std::string& address, const std::string& folder);

}  // namespace samara::blobs
