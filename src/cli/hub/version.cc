#include "cli/hub/version.h"

#include <cstdio>

#include "base/text.h"
#include "base/try.h"

namespace samara::cli {

void OfVersion::declare(Args& args) {
  args.positional("MODEL", model, "its name on the hub");
  args.positional("VERSION", version, "the version");
  declare_hub_flags(args, hub);
}

Result<json::Json> OfVersion::call(std::string_view method, std::string_view what) const {
  TRY_SET(HubClient client, HubClient::open(hub));
  return client.call(method,
                     client.in_project(cat("/models/", model, "/versions/", version, what)));
}

Result<int> OfVersion::change(std::string_view what, std::string_view state) const {
  TRY_SET(const json::Json answer, call("POST", what));
  std::printf("%s\n",
              hub.json ? answer.dump(2).c_str() : cat(model, " ", version, " is ", state).c_str());
  return 0;
}

}  // namespace samara::cli
