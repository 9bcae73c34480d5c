#include "fleet/agent/tuf_catalog.h"

#include <algorithm>

#include "base/text.h"
#include "base/try.h"

namespace samara::agent {
namespace {

/// The version that the publisher wrote beside the target; else the content names itself.
std::string version_of(const trust::TargetFile& target, const std::string& sha256) {
  const json::Json* version = target.custom.find("version");
  return version && version->as_string() ? *version->as_string() : sha256.substr(0, 12);
}

}  // namespace

Result<delivery::Offer> TufCatalog::newest(const std::string& name) {
  TRY(delivery::check_name(name));
  const auto frame = [&] { return cat("channel ", options_.channel, " of model ", name); };
  const std::lock_guard lock(mutex_);
  TRY(client_.refresh(clock_.wall_ms() / 1000).in(frame));
  TRY_SET(const trust::TargetFile target,
          client_.find(cat(options_.channel, "/", name, ".tflite")).in(frame));
  TRY_SET(const std::string remote, client_.remote_path(target).in(frame));
  const auto hash = std::find_if(target.hashes.begin(), target.hashes.end(),
                                 [](const auto& h) { return h.first == "sha256"; });
  if (hash == target.hashes.end())
    return Error(Code::unsupported, "signed for without a SHA-256").in(frame());
  delivery::Offer offer;
  for (const std::string& folder : options_.target_urls)
    offer.urls.push_back(cat(folder, folder.ends_with('/') ? "" : "/", remote));
  offer.entry = {version_of(target, hash->second), hash->second, target.length,
                 offer.urls.empty() ? "" : offer.urls[0]};
  if (const json::Json* golden = target.custom.find("golden")) offer.entry.golden = golden->dump();
  return offer;
}

}  // namespace samara::agent
