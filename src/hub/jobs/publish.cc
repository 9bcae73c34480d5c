#include "hub/jobs/publish.h"

#include "base/text.h"
#include "base/try.h"
#include "fleet/wire/version.h"
#include "hub/jobs/judge.h"

namespace samara::hub {
namespace {

Status check_compatible(const StoredVersion& before, const StoredVersion& version) {
  TRY_SET(const json::Json old, json::parse(before.report));
  TRY_SET(const json::Json report, json::parse(version.report));
  const auto changes = differences(old, report);
  if (changes.empty()) return ok();
  std::string all;
  for (const std::string& change : changes) all += (all.empty() ? "" : "; ") + change;
  TRY_SET(const wire::Version number, wire::Version::parse(version.manifest.version));
  return Error(Code::failed_precondition,
               cat("callers of ", before.manifest.version, " would notice: ", all,
                   ". Upload it as ", number.major + 1,
                   ".0.0, which devices take only where their "
                   "app says that it knows it"));
}

}  // namespace

Status publish(Store& store, const Principal& by, const Project& project, const Model& model,
               std::string_view version) {
  TRY_SET(const StoredVersion stored, store.version(model.id, version));
  TRY_SET(const auto before, store.predecessor(model.id, version));
  if (before) TRY(check_compatible(*before, stored));
  return store.set_published(by, project, model, version, true);
}

}  // namespace samara::hub
