#include "hub/oci/artifacts.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "base/try.h"
#include "fleet/wire/version.h"
#include "hub/jobs/publish.h"

namespace samara::hub::oci {
namespace {

constexpr std::string_view kVersion = "org.opencontainers.image.version";
constexpr std::string_view kPublish = "org.samara.publish";
constexpr PointerKind kPointers[] = {PointerKind::channel, PointerKind::alias};

bool is_version(std::string_view text) { return wire::Version::parse(text).ok(); }

Error no_artifact(std::string_view reference) {
  return Error(Code::not_found, cat("there is no manifest '", reference, "' in this repository"));
}

/// The version's own manifest: as it was pushed, else as we make it.
Result<Artifact> artifact_of(Store& store, const Model& model, const StoredVersion& version) {
  TRY_SET(auto own, store.artifacts(model.id, ArtifactKey::version, version.manifest.version));
  if (!own.empty()) return std::move(own[0]);
  Artifact out;
  out.media_type = kManifestType;
  out.artifact_type = kModelType;
  out.content = make_manifest(version.manifest);
  out.digest = digest_of(out.content);
  out.version = version.manifest.version;
  out.published = version.manifest.published;
  out.blobs = {version.manifest.sha256};
  return out;
}

Result<std::optional<Artifact>> by_digest(Store& store, const Model& model,
                                          std::string_view digest) {
  TRY_SET(auto found, store.artifacts(model.id, ArtifactKey::digest, digest));
  if (!found.empty()) return std::optional(std::move(found[0]));
  TRY_SET(const auto versions, store.versions(model.id));
  for (const StoredVersion& version : versions) {
    TRY_SET(Artifact made, artifact_of(store, model, version));
    if (made.digest == digest) return std::optional(std::move(made));
  }
  return std::optional<Artifact>();
}

/// The version that a tag stands for; none: it is no version's.
Result<std::optional<StoredVersion>> tagged_version(Store& store, const Model& model,
                                                    std::string_view tag) {
  const auto found = [](Result<StoredVersion> version) -> Result<std::optional<StoredVersion>> {
    if (version.ok()) return std::optional(std::move(*version));
    if (version.error().code() == Code::not_found) return std::optional<StoredVersion>();
    return version.error();
  };
  if (is_version(tag)) return found(store.version(model.id, tag));
  for (const PointerKind kind : kPointers) {
    TRY_SET(auto version, found(store.resolve(model.id, kind, tag)));
    if (version) return version;
  }
  return std::optional<StoredVersion>();
}

/// Which version a push is of, and whether it is published and put into a channel.
struct Intent {
  std::string version, channel;
  bool publish = false;
};

Result<Intent> intent_of(const Manifest& manifest, std::string_view reference) {
  Intent out;
  out.publish = manifest.annotation(kPublish) == "true";
  if (is_version(reference)) {
    out.version = reference;
    const std::string said = manifest.annotation(kVersion);
    if (!said.empty() && said != reference)
      return Error(Code::invalid_argument, cat("the tag is ", reference, ", and the annotation ",
                                               kVersion, " says ", said));
    return out;
  }
  out.version = manifest.annotation(kVersion);
  if (!is_version(out.version))
    return Error(Code::invalid_argument,
                 cat("'", reference,
                     "' is no version such as 1.2.0; push by that, or say the version "
                     "by the annotation ",
                     kVersion));
  if (hash_of(reference)) return out;
  if (!wire::is_name(reference))
    return Error(Code::invalid_argument,
                 "the tag is no version and no name of a channel: at most 60 letters, digits, "
                 "'_', '-' and '.'");
  out.channel = reference;
  out.publish = true;
  return out;
}

/// All bytes that the manifest names are there, as long as it says.
Status check_blobs(const Pushing& to, const Manifest& manifest) {
  std::vector<Descriptor> all = manifest.layers;
  all.push_back(manifest.config);
  for (const Descriptor& one : all) {
    if (one.sha256 == kEmptyHash && one.size == 2) continue;
    TRY_SET(const bool there, has_blob(to.store, to.project.id, one.sha256, false));
    const auto blob =
        there ? to.blobs.look(one.sha256) : Result<blobs::Blob>(no_artifact(one.sha256));
    if (!blob.ok() && blob.error().code() != Code::not_found) return blob.error();
    if (!blob.ok())
      return Error(Code::not_found,
                   cat("the manifest names sha256:", one.sha256, ", which was not pushed"));
    if (blob->size != one.size)
      return Error(Code::invalid_argument, cat("sha256:", one.sha256, " has ", blob->size,
                                               " bytes, not ", one.size, " as the manifest says"));
  }
  return ok();
}

void label(wire::Manifest& out, const char* name, const std::string& value) {
  if (!value.empty() && value.size() <= 2000) out.labels.emplace_back(name, value);
}

Status add_version(const Pushing& to, const Manifest& manifest, const Descriptor& file,
                   const Artifact& artifact) {
  TRY_SET(const blobs::LocalCopy copy, to.blobs.local(file.sha256));
  TRY_SET(const Verdict verdict, to.judge.judge(copy.path));
  if (!verdict.fit)
    return Error(Code::invalid_model, cat("the model is refused: ", verdict.reason));
  wire::Manifest version;
  version.model = to.model;
  version.version = artifact.version;
  version.sha256 = file.sha256;
  version.size = file.size;
  version.notes = manifest.annotation("org.opencontainers.image.description").substr(0, 10'000);
  label(version, "licence", manifest.annotation("org.opencontainers.image.licenses"));
  label(version, "source", manifest.annotation("org.opencontainers.image.source"));
  version.created_at = wire::time_text(now());
  version.created_by = to.by.name;
  return to.store.add_pushed_version(to.by, to.project, version, verdict.report.dump(), artifact);
}

/// Makes the version unless it is there with this very manifest.
Status ensure_version(const Pushing& to, const Manifest& manifest, const Artifact& artifact) {
  TRY_SET(const Descriptor file, manifest.model());
  const auto model = to.store.model(to.project.id, to.model);
  if (!model.ok() && model.error().code() != Code::not_found) return model.error();
  if (model.ok()) {
    TRY_SET(const auto known, by_digest(to.store, *model, artifact.digest));
    if (known && known->version == artifact.version) return ok();
    const auto other = to.store.version(model->id, artifact.version);
    if (known || other.ok())
      return Error(Code::failed_precondition,
                   known ? cat("this manifest is that of version ", known->version)
                         : cat("there is a version ", artifact.version, " of '", to.model,
                               "' already; versions are never changed"));
  }
  TRY(check_blobs(to, manifest));
  return add_version(to, manifest, file, artifact);
}

Status push_model(const Pushing& to, std::string_view reference, const Manifest& manifest,
                  Artifact& artifact) {
  TRY_SET(const Intent intent, intent_of(manifest, reference));
  artifact.version = intent.version;
  TRY(ensure_version(to, manifest, artifact));
  if (!intent.publish) return ok();
  TRY_SET(const Model model, to.store.model(to.project.id, to.model));
  TRY_SET(const StoredVersion stored, to.store.version(model.id, intent.version));
  if (!stored.manifest.published) TRY(publish(to.store, to.by, to.project, model, intent.version));
  if (intent.channel.empty()) return ok();
  return to.store.point(to.by, to.project, model, PointerKind::channel, intent.channel,
                        intent.version);
}

Status push_attached(const Pushing& to, std::string_view reference, const Manifest& manifest,
                     Artifact& artifact) {
  const Error absent(Code::not_found,
                     cat("the subject ", manifest.subject,
                         " is not in this repository; push the model that this belongs to first"));
  const auto model = to.store.model(to.project.id, to.model);
  if (!model.ok()) return model.error().code() == Code::not_found ? absent : model.error();
  TRY_SET(const auto subject, by_digest(to.store, *model, manifest.subject));
  if (!subject) return absent;
  if (!hash_of(reference)) {
    TRY_SET(const auto taken, tagged_version(to.store, *model, reference));
    if (taken || is_version(reference))
      return Error(Code::invalid_argument,
                   "the tag stands for a version of the model; attach by another or by digest");
    artifact.tag = reference;
  }
  TRY(check_blobs(to, manifest));
  artifact.subject = manifest.subject;
  artifact.version = subject->version;
  return to.store.attach(to.by, to.project, *model, *subject, artifact);
}

}  // namespace

Result<bool> has_blob(Store& store, int64_t project, std::string_view sha256, bool published) {
  TRY_SET(const bool versions, store.has_blob(project, sha256, published));
  if (versions) return true;
  return store.has_pushed(project, sha256, published);
}

Result<Artifact> find_artifact(Store& store, const Model& model, std::string_view reference,
                               bool published) {
  std::optional<Artifact> out;
  if (hash_of(reference)) {
    TRY_SET(out, by_digest(store, model, reference));
  } else {
    TRY_SET(const auto version, tagged_version(store, model, reference));
    if (version) {
      TRY_SET(out, artifact_of(store, model, *version));
    } else {
      TRY_SET(auto tagged, store.artifacts(model.id, ArtifactKey::tag, reference));
      if (!tagged.empty()) out = std::move(tagged[0]);
    }
  }
  if (!out || (published && !out->published)) return no_artifact(reference);
  return std::move(*out);
}

Result<std::vector<std::string>> tags_of(Store& store, const Model& model, bool published) {
  std::vector<std::string> all;
  TRY_SET(const auto versions, store.versions(model.id));
  for (const StoredVersion& version : versions) {
    if (version.manifest.published || !published) all.push_back(version.manifest.version);
  }
  TRY_SET(const auto attached, store.artifact_tags(model.id, published));
  all.insert(all.end(), attached.begin(), attached.end());
  for (const PointerKind kind : kPointers) {
    TRY_SET(const auto pointers, store.pointers(model.id, kind));
    for (const wire::Pointer& pointer : pointers) all.push_back(pointer.name);
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

Result<Artifact> push(const Pushing& to, std::string_view reference, const std::string& content) {
  TRY_SET(const Manifest manifest, read_manifest(content));
  Artifact artifact;
  artifact.digest = digest_of(content);
  artifact.media_type = kManifestType;
  artifact.artifact_type = manifest.artifact_type;
  artifact.content = content;
  if (hash_of(reference) && reference != artifact.digest)
    return Error(Code::invalid_argument,
                 cat("the manifest has the digest ", artifact.digest, ", not ", reference));
  for (const Descriptor& layer : manifest.layers) artifact.blobs.push_back(layer.sha256);
  artifact.blobs.push_back(manifest.config.sha256);
  if (manifest.subject.empty()) {
    TRY(push_model(to, reference, manifest, artifact));
  } else {
    TRY(push_attached(to, reference, manifest, artifact));
  }
  return artifact;
}

Status remove(Store& store, const Principal& by, const Project& project, const Model& model,
              std::string_view reference) {
  if (!hash_of(reference) && !is_version(reference)) {
    for (const PointerKind kind : kPointers) {
      const auto there = store.resolve(model.id, kind, reference);
      if (there.ok()) return store.remove_pointer(by, project, model, kind, reference);
      if (there.error().code() != Code::not_found) return there.error();
    }
  }
  TRY_SET(const Artifact artifact, find_artifact(store, model, reference, false));
  if (!artifact.subject.empty()) return store.detach(by, project, model, artifact.digest);
  return store.remove_version(by, project, model, artifact.version);
}

}  // namespace samara::hub::oci
