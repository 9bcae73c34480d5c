// A signed repository as a folder that any web server can serve: metadata/ and targets/.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "fleet/trust/key.h"
#include "samara/base/result.h"

namespace samara::cli {

struct PublishOptions {
  std::string repository;  // the folder that is served
  std::string files;       // the folder whose files become its targets, by their paths below it
  int64_t now = 0;
  int64_t days = 90;  // for how long targets are good; the timestamp a week, the snapshot a month
};

/// Who signs, by role.
using RoleSigners = std::map<std::string, std::vector<trust::Signer>, std::less<>>;

/// Makes the next version of the repository, or the first. The timestamp is written last: until then
/// clients see the version before. Returns the paths of what was written.
///
/// Errors   failed_precondition  a role has no signer, or not the ones that the root names
Result<std::vector<std::string>> publish(const PublishOptions& options, const RoleSigners& signers);

}  // namespace samara::cli
