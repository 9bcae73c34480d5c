// STABLEHLO_DYNAMIC_SLICE and STABLEHLO_DYNAMIC_UPDATE_SLICE: where a block begins, an integer for each
// dimension in inputs of their own; moved so that the block fits.
#pragma once

#include <algorithm>

#include "engine/ops/shared/indices.h"
#include "engine/ops/shared/strided_copy.h"

namespace samara::ops {

/// Inputs from `first` on are one int32 or int64 for each of input 0's dimensions.
inline Status check_starts(const Infer& n, int first) {
  TRY(all_present(n));
  const int rank = n.in(0).shape.rank();
  if (n.inputs() - first != rank)
    return Error(Code::invalid_model,
                 cat("has ", n.inputs() - first, " start indices for rank ", rank));
  for (int i = first; i < n.inputs(); ++i) {
    TRY(n.has_type(n.in(i), {Type::i32, Type::i64}));
    TRY(n.has_rank(n.in(i), 0));
  }
  return ok();
}

/// The part of input 0 of shape `block`, whose sizes fit.
inline View block_view(const Operands& n, int first, const Shape& block) {
  const Shape& in = n.in(0).shape;
  const auto step = strides(in);
  View view;
  for (int i = 0; i < in.rank(); ++i) {
    const int64_t start = std::clamp<int64_t>(Indices(n.in(first + i))[0], 0, in[i] - block[i]);
    view.base += start * step[size_t(i)];
    view.push(block[i], step[size_t(i)]);
  }
  return view;
}

}  // namespace samara::ops
