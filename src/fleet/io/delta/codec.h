// Codec: one piece compressed against a prefix, and back. What a library gives.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "samara/base/result.h"

namespace samara::delta {

class Codec {
 public:
  /// Errors   unsupported  the library is not here
  static Result<std::unique_ptr<Codec>> create();
  virtual ~Codec() = default;

  virtual Status compress(std::span<const std::byte> prefix, std::span<const std::byte> piece,
                          std::vector<std::byte>* out) = 0;
  /// Errors   data_loss  the frame does not make a piece of exactly that size
  virtual Status decompress(std::span<const std::byte> prefix, std::span<const std::byte> frame,
                            std::span<std::byte> piece) = 0;
  /// No frame of a piece of that size is longer.
  virtual size_t most_frame(size_t piece) const = 0;
};

}  // namespace samara::delta
