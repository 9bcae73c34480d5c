#include "fleet/trust/layout.h"

#include "base/text.h"

namespace samara::trust {
namespace {

constexpr std::string_view kFolders[] = {"models", "channels", "pins", "online"};
constexpr std::string_view kSuffix = ".tflite";

bool names_versions(Folder folder) { return folder == Folder::models || folder == Folder::online; }

}  // namespace

std::string target_name(Folder folder, std::string_view model, std::string_view of) {
  const std::string_view first = names_versions(folder) ? model : of;
  const std::string_view second = names_versions(folder) ? of : model;
  return cat(kFolders[static_cast<size_t>(folder)], "/", first, "/", second, kSuffix);
}

std::optional<LayoutName> parse_target_name(std::string_view name) {
  const size_t one = name.find('/'), two = name.rfind('/');
  if (one == name.npos || one == two || !name.ends_with(kSuffix)) return std::nullopt;
  const std::string_view first = name.substr(one + 1, two - one - 1);
  std::string_view second = name.substr(two + 1);
  second.remove_suffix(kSuffix.size());
  if (first.empty() || second.empty() || first.find('/') != first.npos) return std::nullopt;
  for (size_t i = 0; i < std::size(kFolders); ++i) {
    if (kFolders[i] != name.substr(0, one)) continue;
    const Folder folder = static_cast<Folder>(i);
    const bool versions = names_versions(folder);
    return LayoutName{folder, std::string(versions ? first : second),
                      std::string(versions ? second : first)};
  }
  return std::nullopt;
}

std::string version_of(const TargetFile& target) {
  const json::Json* version = target.custom.find("version");
  return version && version->as_string() ? *version->as_string() : "";
}

std::string digest_of(const TargetFile& target, std::string_view algorithm) {
  for (const auto& [name, digits] : target.hashes)
    if (name == algorithm) return digits;
  return "";
}

}  // namespace samara::trust
