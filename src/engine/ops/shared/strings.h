// String tensors: packed as a count, count + 1 offsets (32 bits each, little endian) and the bytes.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/graph/op.h"

namespace samara::ops {

/// A packed tensor of strings, read without copies. Errors: invalid_argument (malformed).
class Strings {
 public:
  static Result<Strings> open(const Tensor& t);
  std::string_view operator[](int64_t i) const;

 private:
  const std::byte* data_ = nullptr;
};

/// Gives `out` the shape and fills it: element i is the input's element source(i).
Status pick_strings(Run& n, const Tensor& in, const Tensor& out, const Shape& shape,
                    FunctionRef<int64_t(int64_t)> source);

}  // namespace samara::ops
