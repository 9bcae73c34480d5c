// samara hub rollback: points a channel at what it stood for before.
#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/owner.h"

namespace samara::cli::commands {
namespace {

struct HubRollback {
  HubFlags hub;
  SignFlags sign;
  std::string model, channel = "stable";

  void declare(Args& args) {
    args.positional("MODEL", model, "its name on the hub");
    args.positional("CHANNEL", channel, "stable unless named", false);
    declare_sign_flags(args, sign);
    declare_hub_flags(args, hub);
  }

  /// Where the hub would go back to; that it is a signed version is seen when it is signed for.
  Result<std::string> version_before(HubClient& client) const {
    TRY_SET(const json::Json shown, client.call("GET", client.in_project(cat("/models/", model))));
    const json::Json* channels = shown.find("channels");
    for (const json::Json& one :
         channels && channels->as_array() ? *channels->as_array() : json::Json::Array()) {
      const std::string before = text_of(one, "previous");
      if (text_of(one, "name") == channel && !before.empty()) return before;
    }
    return Error(Code::failed_precondition,
                 cat("the channel '", channel, "' has pointed at nothing else before"));
  }

  Result<int> run(const Args&) {
    TRY_SET(HubClient client, HubClient::open(hub));
    std::string version;
    if (sign.keys.empty()) {
      TRY_SET(const json::Json answer,
              client.call("POST", client.in_project(
                                      cat("/models/", model, "/channels/", channel, "/rollback"))));
      version = text_of(answer, "version");
    } else {
      TRY_SET(version, version_before(client));
      TRY(point(client, sign, trust::Folder::channels, model, channel, version));
    }
    print_pointer(hub.json, channel, version,
                  cat("channel '", channel, "' of ", model, " stands for ", version, " again"));
    return 0;
  }
};

}  // namespace

extern const Command hub_rollback =
    define_command<HubRollback>("hub rollback", "point a channel at its version before");

}  // namespace samara::cli::commands
