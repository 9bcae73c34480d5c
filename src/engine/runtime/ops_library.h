// Shared objects that bring operators (samara/graph/register.h).
#pragma once

#include <string>
#include <vector>

#include "samara/graph/op.h"

namespace samara {

/// Loads the library and appends its operators.
///
/// Errors   not_found            there is no such file
///          unsupported          it is no library of operators, or one for another version
///          invalid_argument     an operator of it lacks a part
Status load_ops_library(const std::string& path, std::vector<const graph::OpDef*>& ops);

}  // namespace samara
