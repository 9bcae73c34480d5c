// A line in the audit log, within the transaction that does what it tells of.
#pragma once

#include <string_view>

#include "hub/store/store.h"

namespace samara::hub {

Status write_audit(database::Connection& c, const Principal& by, std::string_view project,
                   std::string_view action, std::string_view subject, std::string_view detail);

}  // namespace samara::hub
