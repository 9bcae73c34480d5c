// Runs a model for its profile: runs that nobody watches, for the time that users see, and as many
// with a Tape, for where it goes.
#pragma once

#include "cli/profile/result.h"
#include "cli/shared/inputs.h"

namespace samara::cli {

/// Errors: those of opening, planning and running the model, and of its inputs.
Result<Profiled> measure_profile(const ModelFlags& flags, const InputSet& inputs, int64_t runs,
                                 int64_t warmup);

}  // namespace samara::cli
