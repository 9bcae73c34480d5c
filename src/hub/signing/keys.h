// Keys: the private keys that a hub holds, as PEM files of its own folder outside the database.
//
//   <folder>/<project>/timestamp.pem, snapshot.pem, online.pem, and any others put there
//
// Which of them signs for a role is the owner's word: the root (or targets) lists the key's id. Hubs
// that share a database share this folder's files.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fleet/trust/key.h"

namespace samara::hub {

class Keys {
 public:
  explicit Keys(std::string folder) : folder_(std::move(folder)) {}

  struct Named {
    std::string role;  // what the key was made for: the file's name
    trust::Signer signer;
  };
  /// The keys held for a project; the three of the roles are made where they are missing.
  ///
  /// Errors   io, permission_denied, invalid_argument (a file that holds no key)
  Result<std::vector<Named>> of(const std::string& project) const;

 private:
  std::string folder_;
};

}  // namespace samara::hub
