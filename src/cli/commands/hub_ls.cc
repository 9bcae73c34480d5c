// samara hub ls: the models of a project, or the versions of one.
#include <cstdio>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/client.h"

namespace samara::cli::commands {
namespace {

struct HubLs {
  HubFlags hub;
  std::string model;

  void declare(Args& args) {
    args.positional("MODEL", model, "list its versions; else the models", false);
    declare_hub_flags(args, hub);
  }

  Result<int> run(const Args&) {
    TRY_SET(HubClient client, HubClient::open(hub));
    const std::string path = client.in_project("/models");
    TRY_SET(const json::Json answer,
            client.call("GET", model.empty() ? path : cat(path, "/", model)));
    if (hub.json) {
      std::printf("%s\n", answer.dump(2).c_str());
      return 0;
    }
    const auto items = [&](const char* name) {
      const json::Json* found = answer.find(name);
      return found && found->as_array() ? *found->as_array() : json::Json::Array();
    };
    std::vector<std::vector<std::string>> rows;
    if (model.empty()) {
      rows = {{"MODEL", "SINCE"}};
      for (const json::Json& m : items("models"))
        rows.push_back({text_of(m, "name"), text_of(m, "created_at")});
    } else {
      rows = {{"VERSION", "BYTES", "PUBLISHED", "CHANNELS", "TAGS", "SINCE"}};
      for (const json::Json& v : items("versions")) {
        std::string names;
        for (const char* kind : {"channels", "aliases"}) {
          for (const json::Json& p : items(kind)) {
            if (text_of(p, "version") == text_of(v, "version"))
              names += (names.empty() ? "" : " ") + text_of(p, "name");
          }
        }
        rows.push_back({text_of(v, "version"), text_of(v, "size"),
                        text_of(v, "published") == "true" ? "yes" : "no", names, text_of(v, "tags"),
                        text_of(v, "created_at")});
      }
    }
    std::printf("%s", columns(rows).c_str());
    return 0;
  }
};

}  // namespace

extern const Command hub_ls =
    define_command<HubLs>("hub ls", "list models, or the versions of one");

}  // namespace samara::cli::commands
