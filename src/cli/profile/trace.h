// A profile as a Chrome trace, which https://ui.perfetto.dev and chrome://tracing open: the steps
// before the first run, every watched run with its operators, and what the pool's threads did.
#pragma once

#include <string>

#include "cli/profile/result.h"

namespace samara::cli {

/// Source: the Trace Event Format, JSON Object Format with complete ("X"), counter ("C") and
/// metadata ("M") events.
std::string trace_of(const Profiled& profiled);

}  // namespace samara::cli
