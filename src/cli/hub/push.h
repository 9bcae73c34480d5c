// Pushing: a file becomes a version of a model on a hub.
#pragma once

#include <string>

#include "cli/hub/client.h"

namespace samara::cli {

/// Uploads the file and makes a version of it, which the hub judges; the value is its manifest. `body`
/// says what it is to be; `upload` is one to go on with, or empty.
Result<json::Json> push_version(HubClient& client, const std::string& file,
                                const std::string& model, json::Json body, std::string upload);

}  // namespace samara::cli
