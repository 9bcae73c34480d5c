#include "hub/signing/repository.h"

#include <ctime>

#include "base/try.h"
#include "hub/signing/draft.h"

namespace samara::hub {

Repository::Repository(Keys keys, Options options)
    : keys_(std::move(keys)), options_(std::move(options)) {
  if (!options_.now) options_.now = [] { return int64_t{std::time(nullptr)}; };
}

Result<Signing::Next> Repository::next(const Project& project, const SignedFiles& before,
                                       const OwnersFiles& sent, const Holdings& holdings) {
  TRY_SET(const std::vector<Keys::Named> keys, keys_.of(project.name));
  Draft draft(before, holdings, keys, options_, options_.now());
  TRY(draft.take(sent));
  TRY(draft.read());
  TRY(draft.compare());
  TRY(draft.sign_online());
  TRY(draft.sign_snapshot());
  TRY(draft.sign_timestamp());
  TRY(draft.follow());
  return draft.finish();
}

Result<std::vector<std::pair<std::string, json::Json>>> Repository::keys(const Project& project) {
  TRY_SET(const std::vector<Keys::Named> keys, keys_.of(project.name));
  std::vector<std::pair<std::string, json::Json>> out;
  for (const Keys::Named& key : keys) out.emplace_back(key.role, key.signer.key());
  return out;
}

}  // namespace samara::hub
