#include "hub/firebase/admit.h"

#include "base/text.h"
#include "base/try.h"
#include "fleet/wire/version.h"
#include "hub/jobs/publish.h"

namespace samara::hub {
namespace {

Status promote(Store& store, const Principal& by, const Project& project, const Model& model,
               const std::string& version) {
  TRY(publish(store, by, project, model, version));
  return store.point(by, project, model, PointerKind::channel, std::string(kFirebaseChannel),
                     version);
}

}  // namespace

Result<std::string> next_version(const std::vector<StoredVersion>& versions,
                                 const json::Json& report) {
  if (versions.empty()) return std::string("1.0.0");
  TRY_SET(wire::Version next, wire::Version::parse(versions[0].manifest.version));
  TRY_SET(const json::Json newest, json::parse(versions[0].report));
  if (differences(newest, report).empty()) {
    ++next.minor;
  } else {
    ++next.major;
    next.minor = 0;
  }
  next.patch = 0;
  next.pre.clear();
  return next.text();
}

Status admit(Store& store, blobs::Store& blobs, Judge& judge, const Principal& by,
             const Project& project, const View& view, const Object& object) {
  TRY_SET(const blobs::LocalCopy copy, blobs.local(object.sha256));
  TRY_SET(const Verdict verdict, judge.judge(copy.path, true));
  if (!verdict.fit)
    return Error(Code::invalid_model, cat("the model is refused: ", verdict.reason));
  const Model& model = view.listing.model;
  TRY_SET(const auto versions, store.versions(model.id));
  wire::Manifest manifest;
  manifest.model = model.name;
  TRY_SET(manifest.version, next_version(versions, verdict.report));
  manifest.sha256 = object.sha256;
  manifest.size = object.size;
  manifest.tags = tags_of(view);
  manifest.labels = {{std::string(kFirebaseLabel), cat("gs://", object.bucket, "/", object.name)}};
  manifest.created_at = wire::time_text(now());
  manifest.created_by = by.name;
  TRY(store.add_version(by, project, manifest, verdict.report.dump()));
  if (view.published) TRY(promote(store, by, project, model, manifest.version));
  return ok();
}

Status set_published(Store& store, const Principal& by, const Project& project, const View& view,
                     bool published) {
  const Model& model = view.listing.model;
  if (published == view.published) return ok();
  if (!view.version)
    return Error(Code::failed_precondition,
                 "the model has no file yet; there is nothing to publish");
  const std::string& version = view.version->manifest.version;
  if (published) return promote(store, by, project, model, version);
  TRY(store.remove_pointer(by, project, model, PointerKind::channel, kFirebaseChannel));
  // Where another channel or an alias stands for it, those who ask for that still get it.
  const Status taken = store.set_published(by, project, model, version, false);
  return taken.ok() || taken.error().code() == Code::failed_precondition ? ok() : taken;
}

int rpc_code(Code code) {
  switch (code) {
    case Code::cancelled:
      return 1;
    case Code::invalid_argument:
    case Code::invalid_model:
    case Code::unsupported:
    case Code::data_loss:
      return 3;
    case Code::deadline_exceeded:
      return 4;
    case Code::not_found:
      return 5;
    case Code::permission_denied:
      return 7;
    case Code::resource_exhausted:
      return 8;
    case Code::failed_precondition:
      return 9;
    case Code::unavailable:
      return 14;
    default:
      return 13;
  }
}

}  // namespace samara::hub
