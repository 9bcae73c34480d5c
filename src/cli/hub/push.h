// Pushing: a file becomes a version of a model on a hub.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/hub/owner.h"

namespace samara::cli {

/// What a file is to be on the hub: flags that `push` and `import` share.
struct PushFlags {
  std::string model, version, notes, channel, golden;
  std::vector<std::string> tags, labels;
  bool publish = false;
  SignFlags sign;
  TargetFlags target;
};
void declare_push_flags(Args& args, PushFlags& flags);

/// "digits" of "models/digits.tflite".
std::string stem(const std::string& path);

/// Uploads, signs, publishes and promotes as the flags say; the value is the version's manifest, and what
/// happened in a line. `more` are further labels; `upload` is one to go on with, or empty.
struct Pushed {
  json::Json manifest;
  std::string told;
};
Result<Pushed> push_file(HubClient& client, const PushFlags& flags, const std::string& file,
                         const std::vector<std::pair<std::string, std::string>>& more,
                         const std::string& upload);

/// Uploads the file and makes a version of it, which the hub judges; the value is its manifest. `body`
/// says what it is to be; `upload` is one to go on with, or empty.
Result<json::Json> push_version(HubClient& client, const std::string& file,
                                const std::string& model, json::Json body, std::string upload);

}  // namespace samara::cli
