// Settings by name.
#include "engine/c_api/settings.h"

#include <charconv>
#include <string_view>

#include "base/text.h"
#include "base/try.h"

namespace samara::c_api {
namespace {

template <class T>
Status read(std::string_view text, T& to) {
  T number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size() || number < 0)
    return Error(Code::invalid_argument, "is no number from 0 on");
  to = number;
  return ok();
}

Status read(std::string_view text, bool& to) {
  if (text != "true" && text != "false")
    return Error(Code::invalid_argument, "is not true or false");
  to = text == "true";
  return ok();
}

Status read(std::string_view text, Numerics& to) {
  if (text != "reference" && text != "xnnpack")
    return Error(Code::invalid_argument, "is not reference or xnnpack");
  to = text == "reference" ? Numerics::reference : Numerics::xnnpack;
  return ok();
}

Status read(std::string_view text, std::string& to) {
  to = text;
  return ok();
}

Status read(std::string_view text, std::vector<std::string>& to) {
  to.emplace_back(text);
  return ok();
}

template <class Options>
struct Row {
  std::string_view name;
  Status (*set)(Options& to, std::string_view text);
};

constexpr Row<ModelOptions> kModel[] = {
    {"numerics", [](ModelOptions& to, std::string_view s) { return read(s, to.numerics); }},
    {"fold_constants",
     [](ModelOptions& to, std::string_view s) { return read(s, to.fold_constants); }},
    {"fold_limit_ms",
     [](ModelOptions& to, std::string_view s) { return read(s, to.fold_limit_ms); }},
    {"packed_limit", [](ModelOptions& to, std::string_view s) { return read(s, to.packed_limit); }},
    {"ops_library",
     [](ModelOptions& to, std::string_view s) { return read(s, to.ops_libraries); }}};

constexpr Row<SessionOptions> kSession[] = {
    {"threads", [](SessionOptions& to, std::string_view s) { return read(s, to.threads); }},
    {"signature", [](SessionOptions& to, std::string_view s) { return read(s, to.signature); }},
    {"arena_limit", [](SessionOptions& to, std::string_view s) { return read(s, to.arena_limit); }},
    {"loop_limit", [](SessionOptions& to, std::string_view s) { return read(s, to.loop_limit); }},
    {"time_limit_ms",
     [](SessionOptions& to, std::string_view s) { return read(s, to.time_limit_ms); }}};

template <class Options, size_t N>
Status set(const Row<Options> (&table)[N], const samara_setting& setting, Options& to) {
  if (!setting.name || !setting.value)
    return Error(Code::invalid_argument, "a setting's name or value is null");
  std::string names;
  for (const Row<Options>& row : table) {
    if (row.name == setting.name)
      return row.set(to, setting.value).in([&] {
        return cat("setting ", setting.name, " '", setting.value, "'");
      });
    names += cat(names.empty() ? "" : ", ", row.name);
  }
  return Error(Code::invalid_argument,
               cat("there is no setting '", setting.name, "'; there are ", names));
}

}  // namespace

Status apply(std::span<const samara_setting> settings, ModelOptions& to) {
  for (const samara_setting& setting : settings) TRY(set(kModel, setting, to));
  return ok();
}

Status apply(std::span<const samara_setting> settings, SessionOptions& to) {
  for (const samara_setting& setting : settings) TRY(set(kSession, setting, to));
  return ok();
}

}  // namespace samara::c_api
