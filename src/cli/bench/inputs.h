// The inputs of a benchmark, as benchmark_model's --input_layer flags say them.
#pragma once

#include "cli/bench/flags.h"
#include "samara/base/result.h"
#include "samara/runtime/session.h"

namespace samara::cli {

/// Resizes, plans and fills the inputs; those that no flag speaks of get random numbers.
/// Errors: invalid_argument with the flag and the part of it that is wrong.
Status prepare_inputs(Session& session, const BenchFlags& flags);

}  // namespace samara::cli
