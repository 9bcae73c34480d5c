// The hub's tables. A migration that was released is never changed; the next one follows it.
#pragma once

#include <span>

#include "fleet/io/database/database.h"

namespace samara::hub {

std::span<const database::Migration> migrations();

}  // namespace samara::hub
