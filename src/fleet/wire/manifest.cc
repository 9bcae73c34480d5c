#include "fleet/wire/manifest.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <optional>

#include "base/text.h"
#include "base/try.h"

namespace samara::wire {
namespace {

using json::Json;

/// Reads the members of one object; the first that is wrong is the error.
class Members {
 public:
  explicit Members(const Json& json) : json_(json) {
    if (!json.is_object()) fail(cat("is ", json.kind(), ", not an object"));
  }
  void text(const char* name, std::string& out, bool required = false) {
    const Json* member = find(name, required);
    if (!member) return;
    if (const std::string* value = member->as_string()) {
      out = *value;
    } else {
      fail(cat("\"", name, "\" is ", member->kind(), ", not a string"));
    }
  }
  void number(const char* name, uint64_t& out, bool required = false) {
    const Json* member = find(name, required);
    if (!member) return;
    const auto value = member->as_integer();
    if (value && *value >= 0) {
      out = static_cast<uint64_t>(*value);
    } else {
      fail(cat("\"", name, "\" is not a count"));
    }
  }
  void truth(const char* name, bool& out) {
    const Json* member = find(name, false);
    if (!member) return;
    if (const bool* value = member->as_bool()) {
      out = *value;
    } else {
      fail(cat("\"", name, "\" is ", member->kind(), ", not true or false"));
    }
  }
  void list(const char* name, std::vector<std::string>& out) {
    const Json* member = find(name, false);
    if (!member) return;
    const Json::Array* values = member->as_array();
    if (!values) return fail(cat("\"", name, "\" is ", member->kind(), ", not a list"));
    out.clear();
    for (const Json& value : *values) {
      if (!value.as_string()) return fail(cat("\"", name, "\" has an element that is no string"));
      out.push_back(*value.as_string());
    }
  }
  void pairs(const char* name, std::vector<std::pair<std::string, std::string>>& out) {
    const Json* member = find(name, false);
    if (!member) return;
    const Json::Object* values = member->as_object();
    if (!values) return fail(cat("\"", name, "\" is ", member->kind(), ", not an object"));
    out.clear();
    for (const auto& [key, value] : *values) {
      if (!value.as_string())
        return fail(cat("\"", name, "\" has a member \"", key, "\" that is no string"));
      out.emplace_back(key, *value.as_string());
    }
  }
  const Json* find(const char* name, bool required) {
    const Json* member = json_.find(name);
    if (member && !member->is_null()) return member;
    if (required) fail(cat("lacks \"", name, "\""));
    return nullptr;
  }
  void fail(std::string message) {
    if (!error_) error_ = Error(Code::invalid_argument, std::move(message));
  }
  std::optional<Error>& error() { return error_; }

 private:
  const Json& json_;
  std::optional<Error> error_;
};

}  // namespace

Json to_json(const Target& t) {
  Json out = Json::object();
  if (!t.app.empty()) out.set("app", t.app);
  if (!t.app_versions.empty()) out.set("app_versions", t.app_versions);
  if (!t.os.empty()) out.set("os", Json::list(t.os));
  if (!t.abi.empty()) out.set("abi", Json::list(t.abi));
  if (!t.device_class.empty()) out.set("device_class", Json::list(t.device_class));
  if (t.least_memory) out.set("least_memory", t.least_memory);
  return out;
}

Json to_json(const Manifest& m) {
  Json labels = Json::object();
  for (const auto& [key, value] : m.labels) labels.set(key, value);
  return Json::object({{"model", m.model},
                       {"version", m.version},
                       {"sha256", m.sha256},
                       {"size", m.size},
                       {"published", m.published},
                       {"tags", Json::list(m.tags)},
                       {"labels", std::move(labels)},
                       {"notes", m.notes},
                       {"target", to_json(m.target)},
                       {"created_at", m.created_at},
                       {"created_by", m.created_by}});
}

Json to_json(const Pointer& p) {
  Json out = Json::object({{"name", p.name}, {"version", p.version}});
  if (!p.previous.empty()) out.set("previous", p.previous);
  return out.set("updated_at", p.updated_at);
}

Result<Target> read_target(const Json& json) {
  Target out;
  Members m(json);
  m.text("app", out.app);
  m.text("app_versions", out.app_versions);
  m.list("os", out.os);
  m.list("abi", out.abi);
  m.list("device_class", out.device_class);
  m.number("least_memory", out.least_memory);
  if (m.error()) return *std::move(m.error());
  return out;
}

Result<Manifest> read_manifest(const Json& json) {
  Manifest out;
  Members m(json);
  m.text("model", out.model, true);
  m.text("version", out.version, true);
  m.text("sha256", out.sha256, true);
  m.number("size", out.size, true);
  m.truth("published", out.published);
  m.list("tags", out.tags);
  m.pairs("labels", out.labels);
  m.text("notes", out.notes);
  m.text("created_at", out.created_at);
  m.text("created_by", out.created_by);
  const Json* target = m.find("target", false);
  if (m.error()) return *std::move(m.error());
  if (target) {
    TRY_SET(out.target, read_target(*target).in([] { return std::string("target"); }));
  }
  return out;
}

Result<Pointer> read_pointer(const Json& json) {
  Pointer out;
  Members m(json);
  m.text("name", out.name, true);
  m.text("version", out.version, true);
  m.text("previous", out.previous);
  m.text("updated_at", out.updated_at);
  if (m.error()) return *std::move(m.error());
  return out;
}

bool is_name(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && text.size() <= 60 && plain(text[0]) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return plain(c) || c == '-' || c == '.'; });
}

std::string time_text(int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm t = {};
  gmtime_r(&time, &t);
  char text[80];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.000Z", 1900 + t.tm_year,
                t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
  return text;
}

}  // namespace samara::wire
