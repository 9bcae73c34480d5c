// samara hub token: makes, lists and revokes the tokens of a project, of the hub, or of one's own.
#include <cstdio>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/client.h"

namespace samara::cli::commands {
namespace {

std::string table(const json::Json& answer) {
  std::vector<std::vector<std::string>> rows = {
      {"ID", "NAME", "ROLE", "SINCE", "UNTIL", "REVOKED"}};
  const json::Json* tokens = answer.find("tokens");
  for (const json::Json& t : tokens ? *tokens->as_array() : json::Json::Array()) {
    rows.push_back({text_of(t, "id"), text_of(t, "name"), text_of(t, "role"),
                    text_of(t, "created_at"), text_of(t, "expires_at"), text_of(t, "revoked_at")});
  }
  return columns(rows);
}

struct HubToken {
  HubFlags hub;
  std::string action, subject, role = "device", device;
  int64_t days = 0;
  bool whole_hub = false, own = false;

  void declare(Args& args) {
    args.positional("ACTION", action, "make, ls or revoke");
    args.positional("SUBJECT", subject, "make: its name; revoke: its id", false);
    args.choice("--role", role, {"device", "viewer", "publisher", "admin"}, "what it may do");
    args.option("--device", device,
                "the only device that it speaks for to hawkBit's clients' door");
    args.option("--days", days, "how long it holds; 0: until it is revoked", 0, 36'500);
    args.option("--whole-hub", whole_hub, "tokens of all projects, e.g. for what reads /metrics");
    args.option("--own", own,
                "tokens of yours, which can do what you can, up to --role; --project "
                "keeps one to that project");
    declare_hub_flags(args, hub);
  }

  Result<int> run(const Args&) {
    TRY_SET(HubClient client, HubClient::open(hub));
    const std::string path = own         ? "/v1/user/tokens"
                             : whole_hub ? "/v1/tokens"
                                         : client.in_project("/tokens");
    if (action == "make") {
      json::Json body = json::Json::object({{"name", subject}, {"role", role}, {"days", days}});
      if (!device.empty()) body.set("device", device);
      if (own && !hub.project.empty()) body.set("project", hub.project);
      TRY_SET(const json::Json made, client.call("POST", path, body));
      std::printf("%s\n", hub.json ? made.dump(2).c_str() : text_of(made, "token").c_str());
    } else if (action == "revoke") {
      TRY(client.call("DELETE", cat(path, "/", subject)));
      std::printf("%s\n", hub.json ? "{}" : cat("token ", subject, " is revoked").c_str());
    } else if (action == "ls") {
      TRY_SET(const json::Json answer, client.call("GET", path));
      std::printf("%s", hub.json ? (answer.dump(2) + "\n").c_str() : table(answer).c_str());
    } else {
      return Error(Code::invalid_argument, cat("'", action, "' is none of make, ls, revoke"));
    }
    return 0;
  }
};

}  // namespace

extern const Command hub_token =
    define_command<HubToken>("hub token", "make, list or revoke tokens");

}  // namespace samara::cli::commands
