// The operators on text: every <name>.cc of this folder, listed by the build.
#pragma once

#include <span>

#include "samara/graph/op.h"

namespace samara::text_ops {

std::span<const graph::OpDef* const> registry();

}  // namespace samara::text_ops
