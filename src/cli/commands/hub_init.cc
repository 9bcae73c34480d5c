// samara hub init: makes a hub's folder and database, its first project and its first token.
#include <cstdio>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/data.h"
#include "fleet/io/json/json.h"

namespace samara::cli::commands {
namespace {

struct Options {
  HubData data;
  std::string project = "default", organisation = "default";
  bool json = false, is_public = false;
};

void declare(Args& args, Options& o) {
  declare_hub_data(args, o.data);
  args.option("--project", o.project, "the first project's name");
  args.option("--organisation", o.organisation, "that it belongs to");
  args.option("--public", o.is_public, "what the project's devices may have needs no token");
  args.option("--json", o.json, "print the result as JSON");
}

Result<int> run(const Args&, Options& o) {
  if (!wire::is_name(o.project) || !wire::is_name(o.organisation))
    return Error(Code::invalid_argument,
                 "a name has letters, digits, '-', '_' and '.', at most 60");
  TRY_SET(const auto store, open_hub_store(o.data));
  TRY(open_hub_blobs(o.data));
  TRY_SET(const auto tokens, store->tokens(0));
  if (!tokens.empty())
    return Error(Code::failed_precondition, cat("there is a hub in ", o.data.folder,
                                                " already; 'samara hub token' makes "
                                                "further tokens, another --data another hub"));
  const hub::Principal by{0, "hub init", hub::Role::admin, 0, "local"};
  TRY(store->make_project(by, o.project, o.organisation, o.is_public));
  TRY(hub_keys(o.data).of(o.project));
  TRY_SET(const std::string token,
          store->make_token(by, "admin", hub::Role::admin, "", std::chrono::seconds(0)));
  if (o.json) {
    std::printf("%s\n",
                json::Json::object({{"project", o.project}, {"token", token}}).dump().c_str());
  } else {
    std::printf(
        "The hub in %s is made, with the project '%s'.\nThe administrator's token, shown "
        "this once:\n\n  %s\n\nStart it with 'samara hub serve --data %s', then "
        "'samara hub login ADDRESS'.\n",
        o.data.folder.c_str(), o.project.c_str(), token.c_str(), o.data.folder.c_str());
  }
  return 0;
}

}  // namespace

extern const Command hub_init =
    define_command<Options, declare, run>("hub init", "make a hub's folder, project and token");

}  // namespace samara::cli::commands
