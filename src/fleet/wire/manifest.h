// Manifest: one version of a model as hub and device speak of it, and its JSON. What a device needs to
// decide whether the version is for it, to fetch it, and to know that it has what was meant.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fleet/io/json/json.h"
#include "samara/base/result.h"

namespace samara::wire {

/// What a version asks of a device; an empty member asks nothing.
struct Target {
  std::string app = {};           // the app's name
  std::string app_versions = {};  // a range: ">=2.1.0 <3.0.0"
  std::vector<std::string> os = {}, abi = {}, device_class = {};
  uint64_t least_memory = 0;  // bytes
  bool operator==(const Target&) const = default;
};

struct Manifest {
  std::string model;
  std::string version;  // semantic
  std::string sha256;   // 64 hexadecimal digits in lower case
  uint64_t size = 0;
  bool published = false;
  std::vector<std::string> tags;
  std::vector<std::pair<std::string, std::string>> labels;
  std::string notes;
  Target target;
  std::string created_at;  // RFC 3339 with a fraction: clients exist that insist on one
  std::string created_by;
  bool operator==(const Manifest&) const = default;
};

/// A channel or alias: a name that stands for a version for now.
struct Pointer {
  std::string name;
  std::string version;
  std::string previous;  // where a rollback leads; empty: nowhere
  std::string updated_at;
  bool operator==(const Pointer&) const = default;
};

json::Json to_json(const Target& target);
json::Json to_json(const Manifest& manifest);
json::Json to_json(const Pointer& pointer);

/// Members that are not known are passed over, so that a device understands a later hub.
///
/// Errors   invalid_argument  a member is missing or of another kind; the message names it
Result<Target> read_target(const json::Json& json);
Result<Manifest> read_manifest(const json::Json& json);
Result<Pointer> read_pointer(const json::Json& json);

/// Names of projects, models, channels, aliases, tags: letters, digits, '-', '_' and '.', 1 to 60 of
/// them, not beginning with a dot or dash. None of them can be mistaken for a path or a flag.
bool is_name(std::string_view text);

/// "2026-11-21T15:04:05.000Z".
std::string time_text(int64_t seconds);

}  // namespace samara::wire
