#include "fleet/trust/layout.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "fleet/wire/manifest.h"
#include "fleet/wire/version.h"

namespace samara::trust {
namespace {

constexpr std::string_view kFolders[] = {"models", "channels", "pins", "online"};
constexpr std::string_view kSuffix = ".tflite";

/// What a version is for, as one text for one meaning; "": all devices.
std::string filter_of(const TargetFile& target) {
  const json::Json* filter = target.custom.find("target");
  if (!filter) return "";
  const auto read = wire::read_target(*filter);
  if (!read.ok()) return filter->dump();
  return *read == wire::Target() ? "" : wire::to_json(*read).dump();
}

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

std::vector<std::string> others_of(const TargetFile& target) {
  std::vector<std::string> out;
  const json::Json* named = target.custom.find("else");
  if (!named || !named->as_array()) return out;
  for (const json::Json& version : *named->as_array())
    if (version.as_string() && out.size() < kMostOthers) out.push_back(*version.as_string());
  return out;
}

std::vector<std::string> others(std::string_view chosen,
                                const std::map<std::string, const TargetFile*>& versions) {
  std::vector<std::pair<wire::Version, std::string>> known;  // with what it is for
  for (const auto& [text, target] : versions) {
    auto number = wire::Version::parse(text);
    if (number.ok()) known.emplace_back(std::move(*number), filter_of(*target));
  }
  std::sort(known.begin(), known.end(),
            [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::string> out;
  std::vector<std::pair<uint32_t, std::string>> met;
  bool older = false;
  for (const auto& one : known) {
    const wire::Version& version = one.first;
    const bool is_chosen = version.text() == chosen;
    older = older || is_chosen;
    // Whoever passed over a version without a filter does so for its major version.
    const auto has = [&](const std::string& text) {
      return std::find(met.begin(), met.end(), std::pair(version.major, text)) != met.end();
    };
    if (!older || has("") || has(one.second)) continue;
    met.emplace_back(version.major, one.second);
    if (!is_chosen && out.size() < kMostOthers) out.push_back(version.text());
  }
  return out;
}

json::Json choice(std::string_view version, const std::vector<std::string>& others) {
  json::Json out = json::Json::object({{"version", version}});
  if (!others.empty()) out.set("else", json::Json::list(others));
  return out;
}

std::string digest_of(const TargetFile& target, std::string_view algorithm) {
  for (const auto& [name, digits] : target.hashes)
    if (name == algorithm) return digits;
  return "";
}

}  // namespace samara::trust
