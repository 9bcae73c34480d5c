// Row splits of ragged tensors: row i has the values [splits[i], splits[i + 1]).
#pragma once

#include "engine/text_ops/op.h"

namespace samara::text_ops {

/// Whether the splits never fall and stay in [0, values]. Errors: invalid_argument
template <class T>
Status check_splits(const Tensor& t, std::span<const T> splits, int64_t values) {
  int64_t last = 0;
  for (size_t i = 0; i < splits.size(); ++i) {
    if (splits[i] < last || splits[i] > values)
      return Error(Code::invalid_argument, cat("'", t.name, "' has row split ", splits[i], " at ",
                                               i, ", not in ", last, "..", values));
    last = splits[i];
  }
  return ok();
}

}  // namespace samara::text_ops
