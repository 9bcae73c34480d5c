// Repository: the hub's part in a project's signed repository (The Update Framework).
//
// The owner signs root, targets and `release`; the hub signs snapshot, timestamp and, where the owner
// has delegated to it, `online`. Whatever the next state is, the hub follows it as a device would,
// from the state that devices have now, before it is kept: what a device would refuse never comes out.
#pragma once

#include <functional>
#include <string>

#include "hub/signing/keys.h"
#include "hub/store/signing.h"

namespace samara::hub {

class Repository final : public Signing {
 public:
  struct Options {
    /// For how long what the hub signs is good, in seconds; signed anew at half of it.
    int64_t timestamp = 3 * 86400, snapshot = 14 * 86400, online = 7 * 86400;
    std::function<int64_t()> now = {};  // seconds since 1970; empty: the system's clock
  };
  Repository(Keys keys, Options options);

  Result<Next> next(const Project& project, const SignedFiles& before, const OwnersFiles& sent,
                    const Holdings& holdings) override;
  Result<std::vector<std::pair<std::string, json::Json>>> keys(const Project& project) override;

 private:
  Keys keys_;
  Options options_;
};

}  // namespace samara::hub
