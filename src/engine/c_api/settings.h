// Settings by name, as C and what stands on it gives them.
#pragma once

#include <span>

#include "samara/c/engine.h"
#include "samara/runtime/session.h"

namespace samara::c_api {

/// Errors   invalid_argument: no such setting, or no such value; the text lists what there is
Status apply(std::span<const samara_setting> settings, ModelOptions& to);
Status apply(std::span<const samara_setting> settings, SessionOptions& to);

}  // namespace samara::c_api
