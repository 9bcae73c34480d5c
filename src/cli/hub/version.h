// What commands about one version of a model share.
#pragma once

#include <string>
#include <string_view>

#include "cli/hub/client.h"

namespace samara::cli {

struct OfVersion {
  HubFlags hub;
  std::string model, version;

  /// MODEL, VERSION and the hub's flags.
  void declare(Args& args);
  /// The hub's answer about the version; `what` is the path after it.
  Result<json::Json> call(std::string_view method, std::string_view what) const;
  /// The same, and prints that the version now is `state`, or JSON.
  Result<int> change(std::string_view what, std::string_view state) const;
};

}  // namespace samara::cli
