// A profile as one HTML file that needs nothing else: bars of operator times, the run's timeline, the
// memory plan, and the graph coloured by time.
#pragma once

#include <string>

#include "fleet/io/json/json.h"

namespace samara::cli {

/// `result` is result_of()'s value. Whatever stands in it is shown as text.
std::string page_of(const json::Json& result);

}  // namespace samara::cli
