// Memory plan: gives every block with a lifetime an offset so that blocks alive at once never
// overlap, in as little memory as a greedy choice finds.
#pragma once

#include <cstdint>
#include <span>

#include "samara/base/result.h"

namespace samara::graph {

struct Block {
  uint64_t bytes = 0;
  int first = 0, last = 0;  // alive from step `first` to step `last`, both included
  uint64_t offset = 0;      // set by place()
};

/// Sets the offsets, multiples of 64, and returns the size of the whole.
/// Errors   resource_exhausted  the sum of all sizes overflows
Result<uint64_t> place(std::span<Block> blocks);

}  // namespace samara::graph
