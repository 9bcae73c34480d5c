// samara hub audit: who did what, the newest first.
#include <cstdio>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/client.h"

namespace samara::cli::commands {
namespace {

struct HubAudit {
  HubFlags hub;
  int64_t limit = 100;
  bool whole_hub = false;

  void declare(Args& args) {
    args.option("--limit", limit, "how many entries", 1, 1000);
    args.option("--whole-hub", whole_hub, "of all projects, and of what belongs to none");
    declare_hub_flags(args, hub);
  }

  Result<int> run(const Args&) {
    TRY_SET(HubClient client, HubClient::open(hub));
    const std::string path = whole_hub ? "/v1/audit" : client.in_project("/audit");
    TRY_SET(const json::Json answer, client.call("GET", cat(path, "?limit=", limit)));
    if (hub.json) {
      std::printf("%s\n", answer.dump(2).c_str());
      return 0;
    }
    std::vector<std::vector<std::string>> rows = {{"AT", "WHO", "FROM", "WHAT", "OF", ""}};
    const json::Json* entries = answer.find("entries");
    for (const json::Json& e : entries ? *entries->as_array() : json::Json::Array()) {
      rows.push_back({text_of(e, "at"), text_of(e, "who"), text_of(e, "peer"), text_of(e, "action"),
                      text_of(e, "subject"), text_of(e, "detail")});
    }
    std::printf("%s", columns(rows).c_str());
    return 0;
  }
};

}  // namespace

extern const Command hub_audit = define_command<HubAudit>("hub audit", "tell who did what");

}  // namespace samara::cli::commands
