#include "fleet/agent/tuf_catalog.h"

#include "base/text.h"
#include "base/try.h"
#include "fleet/trust/layout.h"

namespace samara::agent {
namespace {

using trust::Folder;
using trust::TargetFile;

bool absent(const Result<TargetFile>& found) {
  return !found.ok() && found.error().code() == Code::not_found;
}

/// The version that the publisher wrote beside the target; else the content names itself.
std::string version_text(const TargetFile& target, const std::string& sha256) {
  const std::string version = trust::version_of(target);
  return version.empty() ? sha256.substr(0, 12) : version;
}

}  // namespace

Result<TargetFile> TufCatalog::chosen(const std::string& name) {
  if (!options_.pin.empty()) {
    auto pinned = client_.find(trust::target_name(Folder::pins, name, options_.pin));
    if (!absent(pinned)) return pinned;
  }
  return client_.find(trust::target_name(Folder::channels, name, options_.channel));
}

// Who signs for channels only chooses: the content is as the version's owner signed for it.
Result<TargetFile> TufCatalog::version_of(const std::string& name, const TargetFile& choice) {
  const std::string version = trust::version_of(choice);
  auto found = client_.find(trust::target_name(Folder::models, name, version));
  if (absent(found) && options_.allow_online)
    found = client_.find(trust::target_name(Folder::online, name, version));
  if (absent(found))
    return Error(Code::permission_denied,
                 cat("version '", version, "' is not signed for by its owner"));
  if (!found.ok()) return found;
  if (trust::digest_of(*found, "sha256") != trust::digest_of(choice, "sha256"))
    return Error(Code::permission_denied,
                 cat("version '", version, "' is signed for with another content"));
  return found;
}

Result<delivery::Offer> TufCatalog::newest(const std::string& name) {
  TRY(delivery::check_name(name));
  const auto frame = [&] { return cat("channel ", options_.channel, " of model ", name); };
  const std::lock_guard lock(mutex_);
  TRY(client_.refresh(clock_.wall_ms() / 1000).in(frame));
  auto found = chosen(name);
  if (absent(found)) {
    found = client_.find(cat(options_.channel, "/", name, ".tflite"));
  } else if (found.ok()) {
    found = version_of(name, *found);
  }
  TRY_SET(const TargetFile target, std::move(found).in(frame));
  TRY_SET(const std::string remote, client_.remote_path(target).in(frame));
  const std::string sha256 = trust::digest_of(target, "sha256");
  if (sha256.empty()) return Error(Code::unsupported, "signed for without a SHA-256").in(frame());
  delivery::Offer offer;
  for (const std::string& folder : options_.target_urls)
    offer.urls.push_back(cat(folder, folder.ends_with('/') ? "" : "/", remote));
  offer.entry = {version_text(target, sha256), sha256, target.length,
                 offer.urls.empty() ? "" : offer.urls[0]};
  if (const json::Json* golden = target.custom.find("golden"))
    offer.entry.golden = golden->as_string() ? *golden->as_string() : golden->dump();
  return offer;
}

}  // namespace samara::agent
