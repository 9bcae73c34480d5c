#include "fleet/agent/tuf_catalog.h"

#include "base/text.h"
#include "base/try.h"
#include "fleet/trust/layout.h"
#include "fleet/wire/version.h"

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

/// Why it is not for this device or its app; "": it is. By what is signed alone.
std::string unsuited(const TargetFile& target, const Taker& taker) {
  const auto version = wire::Version::parse(trust::version_of(target));
  if (version.ok() && taker.majors && !taker.majors->has(version->major))
    return cat("it is of another major version than the app takes (", taker.majors->text(), ")");
  const json::Json* filter = target.custom.find("target");
  if (!filter) return "";
  const auto meant = wire::read_target(*filter);
  if (!meant.ok()) return cat("for whom it is cannot be read: ", meant.error().message());
  return wire::mismatch(*meant, taker.device);
}

}  // namespace

Result<TargetFile> TufCatalog::chosen(const std::string& name) {
  if (!options_.pin.empty()) {
    auto pinned = client_.find(trust::target_name(Folder::pins, name, options_.pin));
    if (!absent(pinned)) return pinned;
  }
  return client_.find(trust::target_name(Folder::channels, name, options_.channel));
}

Result<TargetFile> TufCatalog::version_of(const std::string& name, const std::string& version) {
  auto found = client_.find(trust::target_name(Folder::models, name, version));
  if (absent(found) && options_.allow_online)
    found = client_.find(trust::target_name(Folder::online, name, version));
  if (absent(found))
    return Error(Code::permission_denied,
                 cat("version '", version, "' is not signed for by its owner"));
  return found;
}

// Who signs for channels only chooses: the content is as the version's owner signed for it.
Result<TargetFile> TufCatalog::chosen_version(const std::string& name, const TargetFile& choice) {
  const std::string version = trust::version_of(choice);
  TRY_SET(TargetFile found, version_of(name, version));
  if (trust::digest_of(found, "sha256") != trust::digest_of(choice, "sha256"))
    return Error(Code::permission_denied,
                 cat("version '", version, "' is signed for with another content"));
  return found;
}

/// The first of the versions that the channel names which is for this device and its app.
Result<TargetFile> TufCatalog::suited(const std::string& name, const Taker& taker,
                                      std::string* passed_over) {
  std::vector<std::string> others;
  auto target = chosen(name);
  if (absent(target)) {
    target = client_.find(cat(options_.channel, "/", name, ".tflite"));
  } else if (target.ok()) {
    others = trust::others_of(*target);
    target = chosen_version(name, *target);
  }
  if (!target.ok()) return target;
  for (size_t next = 0;; ++next) {
    std::string why = target.ok() ? unsuited(*target, taker) : target.error().message();
    if (why.empty()) return target;
    const std::string version =
        next == 0 ? version_text(*target, trust::digest_of(*target, "sha256")) : others[next - 1];
    *passed_over += cat(passed_over->empty() ? "" : "; ", "version ", version, ": ", why);
    if (next == others.size())
      return Error(Code::not_found, cat("no version is for this device: ", *passed_over));
    target = version_of(name, others[next]);
  }
}

Result<delivery::Offer> TufCatalog::offer(const TargetFile& target) const {
  TRY_SET(const std::string remote, client_.remote_path(target));
  const std::string sha256 = trust::digest_of(target, "sha256");
  if (sha256.empty()) return Error(Code::unsupported, "signed for without a SHA-256");
  delivery::Offer out;
  for (const std::string& folder : options_.target_urls)
    out.urls.push_back(cat(folder, folder.ends_with('/') ? "" : "/", remote));
  for (const std::string& folder : options_.target_urls)
    out.deltas.push_back(cat(folder, folder.ends_with('/') ? "" : "/", "deltas"));
  out.entry = {version_text(target, sha256), sha256, target.length,
               out.urls.empty() ? "" : out.urls[0]};
  if (const json::Json* golden = target.custom.find("golden"))
    out.entry.golden = golden->as_string() ? *golden->as_string() : golden->dump();
  return out;
}

Result<delivery::Offer> TufCatalog::newest(const std::string& name, const Taker& taker) {
  TRY(delivery::check_name(name));
  const auto frame = [&] { return cat("channel ", options_.channel, " of model ", name); };
  const std::lock_guard lock(mutex_);
  TRY(client_.refresh(clock_.wall_ms() / 1000).in(frame));
  std::string passed_over;
  TRY_SET(const TargetFile target, suited(name, taker, &passed_over).in(frame));
  TRY_SET(delivery::Offer out, offer(target).in(frame));
  out.passed_over = std::move(passed_over);
  return out;
}

}  // namespace samara::agent
