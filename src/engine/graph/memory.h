// Memory that a session holds: every byte of it is counted against the session's limit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/file.h"
#include "samara/base/result.h"
#include "samara/graph/op.h"

namespace samara::graph {

constexpr uint64_t kAlignment = 64;

/// Bytes that a tensor of this type and shape takes; no value where they do not fit ptrdiff_t.
/// A resource is an int32 handle; strings have no size of their own: 0.
std::optional<uint64_t> tensor_bytes(Type type, const Shape& shape);

/// How many bytes are taken, and how many may be.
class Budget {
 public:
  /// `what` is held: a literal, for the error's text.
  explicit Budget(uint64_t limit, const char* what = "activations") : limit_(limit), what_(what) {}
  /// Errors   resource_exhausted  "needs N bytes of activations, limit M"
  Status take(uint64_t bytes);
  void give(uint64_t bytes) { used_ -= bytes; }
  uint64_t used() const { return used_; }
  uint64_t limit() const { return limit_; }

 private:
  uint64_t limit_, used_ = 0;
  const char* what_;
};

/// Memory aligned to 64 that grows when asked for more and then loses its content. The Budget must
/// outlive it.
class Buffer {
 public:
  Buffer() = default;
  ~Buffer() { release(); }
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }
  /// At least `bytes`, filled with zeros where it is new memory. After an error it is what it was.
  Status reserve(uint64_t bytes, Budget& budget);
  void release();
  std::byte* data() const { return data_; }
  uint64_t capacity() const { return capacity_; }

 private:
  Status allocate(size_t size);
  void swap(Buffer& other);

  void* memory_ = nullptr;     // of the heap
  Mapping pages_;              // or, where it is large, the system's
  std::byte* data_ = nullptr;  // in either, aligned; null: nothing is held
  uint64_t capacity_ = 0;
  Budget* budget_ = nullptr;
};

/// Where a tensor of no bytes points: never null, so that memcpy(p, q, 0) is defined.
std::byte* nowhere();

}  // namespace samara::graph
