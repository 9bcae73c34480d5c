// Where an operator keeps what is part of the session's state but lies in no variable tensor: in
// resources of this container, which Session::reset_variables() clears. Those of VAR_HANDLE and hash
// tables live in containers of the model's naming, and stay.
#pragma once

#include <string_view>

namespace samara::graph {

constexpr std::string_view kOperatorState = "samara.operator_state";

}  // namespace samara::graph
