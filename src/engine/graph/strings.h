// String tensors: packed as a count, count + 1 offsets (32 bits each, little endian) and the bytes.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/graph/op.h"

namespace samara::graph {

/// A packed tensor of strings, read without copies. Errors: invalid_argument (malformed).
class Strings {
 public:
  static Result<Strings> open(const Tensor& t);
  std::string_view operator[](int64_t i) const;

 private:
  const std::byte* data_ = nullptr;
};

/// Fills a string tensor piece by piece, once their number and bytes are known.
class StringsWriter {
 public:
  /// Gives `out` the shape and room for `text` bytes. Errors: resource_exhausted.
  static Result<StringsWriter> open(Run& n, const Tensor& out, const Shape& shape, int64_t text);
  /// Adds to the current string.
  void add(std::string_view piece);
  /// The current string is complete.
  void end();

 private:
  std::byte* data_ = nullptr;
  int64_t next_ = 0, at_ = 0;
};

/// Gives `out` the shape and fills it: element i is element(i), which is asked for twice.
Status make_strings(Run& n, const Tensor& out, const Shape& shape,
                    FunctionRef<std::string_view(int64_t)> element);

/// Gives `out` the shape and fills it: element i is the input's element source(i).
Status pick_strings(Run& n, const Tensor& in, const Tensor& out, const Shape& shape,
                    FunctionRef<int64_t(int64_t)> source);

}  // namespace samara::graph
