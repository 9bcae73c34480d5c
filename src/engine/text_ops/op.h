// What an operator of this room includes.
#pragma once

#include "engine/graph/op.h"  // IWYU pragma: export

namespace samara::text_ops {
using namespace samara::graph;  // NOLINT: operator files read as the contract does
}  // namespace samara::text_ops
