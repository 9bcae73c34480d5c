// Publishing: a version becomes what devices may have, if callers of its predecessor notice nothing.
#pragma once

#include <string_view>

#include "hub/store/store.h"

namespace samara::hub {

/// Errors   failed_precondition  it would change what callers of the published version before it in
///                               its major version know; the message says what
Status publish(Store& store, const Principal& by, const Project& project, const Model& model,
               std::string_view version);

}  // namespace samara::hub
