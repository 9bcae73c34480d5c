// Delta: what turns an old content into a new one.
//
//   8 bytes   "SMRDELT1"
//   8 bytes   the new content's size; numbers are little-endian
//   for each piece of kPiece bytes of the new content, the last one shorter:
//     4 bytes   the size of its frame
//     frame     zstd, with the old content around the same place as a prefix: from kReach before the
//               piece to kReach behind it
//
// Piece by piece, memory stays the same whatever the sizes, what has arrived is of use before the rest
// has, and the old content need not lie in memory. What moves further than kReach is sent anew.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "samara/base/function_ref.h"
#include "samara/base/result.h"

namespace samara::delta {

inline constexpr uint64_t kPiece = uint64_t{8} << 20;
inline constexpr uint64_t kReach = uint64_t{8} << 20;

/// Fills `out` with the content from `offset` on.
using Read = FunctionRef<Status(uint64_t offset, std::span<std::byte> out)>;
using Take = FunctionRef<Status(std::span<const std::byte> bytes)>;

/// Whether deltas can be made and applied here. Errors: unsupported, with the reason.
Status available();

/// Makes the delta and gives it away piece by piece.
///
/// Errors   failed_precondition  it would be longer than `most` bytes; what came is of no use then
///          unsupported, resource_exhausted, and those of the functions given
/// Memory   about 100 MiB
Status make(uint64_t old_size, Read read_old, uint64_t new_size, Read read_new, uint64_t most,
            Take take);

/// Applies a delta as it comes in.
class Patch {
 public:
  /// Errors   unsupported
  static Result<Patch> start(uint64_t old_size, uint64_t new_size);
  Patch(Patch&&) noexcept;
  Patch& operator=(Patch&&) noexcept;
  ~Patch();

  /// Takes the next bytes of the delta and gives away what they make. The first `skip` bytes of the
  /// new content are known to the caller and need not be made.
  ///
  /// Errors   data_loss  it is no delta to a content of that size; and those of the functions given
  /// Memory   at most 50 MiB
  Status add(std::span<const std::byte> bytes, uint64_t skip, Read read_old, Take take);
  /// Whether the whole content has been given away.
  bool done() const;

  struct State;

 private:
  explicit Patch(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace samara::delta
