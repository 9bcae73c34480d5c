// The hub's tables. A migration that was released is never changed; the next one follows it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "fleet/io/database/database.h"

namespace samara::hub {

std::span<const database::Migration> migrations();

/// Tables whose column sha256 names blobs, and the migration that brought them: what they name is kept,
/// and is part of a backup.
struct NamingTable {
  std::string_view name;
  int64_t since = 0;
};
inline constexpr NamingTable kNamingTables[] = {
    {"versions", 1}, {"objects", 2}, {"pushed", 5}, {"artifact_blobs", 5}};

}  // namespace samara::hub
