#include "fleet/wire/target.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/text.h"
#include "base/try.h"
#include "fleet/wire/version.h"

namespace samara::wire {
namespace {

constexpr std::string_view kOperators[] = {">=", "<=", ">", "<", "="};
constexpr uint32_t kAny = std::numeric_limits<uint32_t>::max();

/// "2.1" is 2.1.0: apps number themselves more loosely than models.
Result<Version> app_version(std::string_view text) {
  std::string whole(text.substr(0, text.find('-')));
  for (auto dots = std::count(whole.begin(), whole.end(), '.'); dots < 2; ++dots) whole += ".0";
  return Version::parse(whole + std::string(text.substr(std::min(text.size(), text.find('-')))));
}

bool holds(std::string_view comparison, std::strong_ordering order) {
  if (comparison == ">=") return order >= 0;
  if (comparison == "<=") return order <= 0;
  if (comparison == ">") return order > 0;
  if (comparison == "<") return order < 0;
  return order == 0;
}

bool meet(const std::vector<std::string>& wanted, const std::vector<std::string>& has) {
  return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](const std::string& one) {
           return std::find(has.begin(), has.end(), one) != has.end();
         });
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : " or ") + name;
  return out;
}

std::string or_unknown(std::string_view text) {
  return text.empty() ? std::string("not known") : std::string(text);
}

bool read_major(std::string_view text, uint32_t* out) {
  const auto end = std::from_chars(text.data(), text.data() + text.size(), *out);
  return !text.empty() && end.ec == std::errc() && end.ptr == text.data() + text.size();
}

std::string app_mismatch(const Target& target, const Profile& device) {
  if (!target.app.empty() && target.app != device.app)
    return cat("it is for the app ", target.app, ", and this one is ", or_unknown(device.app));
  if (target.app_versions.empty()) return "";
  const auto fits = device.app_version.empty() ? Result<bool>(false)
                                               : in_range(device.app_version, target.app_versions);
  if (!fits.ok()) return cat("whether it is for this app cannot be told: ", fits.error().message());
  if (*fits) return "";
  return cat("it is for versions ", target.app_versions, " of the app, and this one is ",
             or_unknown(device.app_version));
}

}  // namespace

Result<Majors> Majors::parse(std::string_view text) {
  if (text == "any") return Majors{0, kAny};
  const size_t dash = text.find('-');
  Majors out;
  const bool good = read_major(text.substr(0, dash), &out.first) &&
                    read_major(dash == text.npos ? text : text.substr(dash + 1), &out.last);
  if (good && out.first <= out.last) return out;
  return Error(Code::invalid_argument,
               cat("'", text.substr(0, 80), "' is not a major version such as 2, 1-3 or any"));
}

std::string Majors::text() const {
  if (last == kAny) return "any";
  return first == last ? cat(first) : cat(first, "-", last);
}

Result<bool> in_range(std::string_view version, std::string_view range) {
  TRY_SET(const Version has, app_version(version));
  bool all = true;
  bool any = false;
  while (!range.empty()) {
    const std::string_view one = range.substr(0, range.find(' '));
    range.remove_prefix(std::min(range.size(), one.size() + 1));
    if (one.empty()) continue;
    const auto* found = std::find_if(std::begin(kOperators), std::end(kOperators),
                                     [&](std::string_view mark) { return one.starts_with(mark); });
    if (found == std::end(kOperators))
      return Error(Code::invalid_argument,
                   cat("'", one.substr(0, 80), "' is not a comparison such as >=2.1.0"));
    TRY_SET(const Version bound, app_version(one.substr(found->size())));
    all = all && holds(*found, has <=> bound);
    any = true;
  }
  if (!any) return Error(Code::invalid_argument, "the range has no comparison such as >=2.1.0");
  return all;
}

Status check_target(const Target& target) {
  if (target.app_versions.empty()) return ok();
  TRY(in_range("0", target.app_versions).in([] { return std::string("app_versions"); }));
  return ok();
}

std::string mismatch(const Target& target, const Profile& device) {
  if (std::string app = app_mismatch(target, device); !app.empty()) return app;
  if (!meet(target.os, device.os))
    return cat("it is for ", listed(target.os), ", and this is ", or_unknown(listed(device.os)));
  if (!meet(target.abi, device.abi))
    return cat("it is for ", listed(target.abi), ", and this is ", or_unknown(listed(device.abi)));
  if (!meet(target.device_class, {device.device_class}))
    return cat("it is for devices of the class ", listed(target.device_class),
               ", and this one's is ", or_unknown(device.device_class));
  if (target.least_memory > device.memory)
    return cat("it is for devices of ", target.least_memory, " bytes of memory, and this one has ",
               device.memory);
  return "";
}

}  // namespace samara::wire
