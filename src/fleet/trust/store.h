// Where a device keeps the metadata that it believes, between two runs.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "samara/base/result.h"

namespace samara::trust {

class Store {
 public:
  virtual ~Store() = default;
  /// Errors   not_found  nothing is kept under that name, and others of the medium
  virtual Result<std::string> load(std::string_view role) = 0;
  /// Keeps the bytes as they are: a later load() gives them, or those of before, never a part.
  virtual Status save(std::string_view role, std::string_view bytes) = 0;
};

/// A folder with "<role>.json" for each role, other characters than letters and digits as %XX; a
/// role whose name is too long for a file has its SHA-256 there. Each is replaced by renaming.
///
/// Threads  one writer at a time; processes that only read need no lock
std::unique_ptr<Store> folder_store(std::string folder);

}  // namespace samara::trust
