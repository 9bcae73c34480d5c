// samara hub upgrade: brings a hub's database to this program's version, and shows what that takes.
#include <cstdio>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/data.h"
#include "fleet/io/json/json.h"
#include "hub/store/schema.h"

namespace samara::cli::commands {
namespace {

struct HubUpgrade {
  HubData data;
  bool dry_run = false, json = false;

  void declare(Args& args) {
    args.option("--dry-run", dry_run, "only show what would be done");
    args.option("--json", json, "print the result as JSON");
    declare_hub_data(args, data);
  }

  Result<int> run(const Args&) {
    TRY_SET(const auto database, open_hub_database(data));
    TRY_SET(const int64_t before, database->schema_version());
    const auto all = hub::migrations();
    json::Json steps = json::Json::array();
    if (!json) std::printf("the database is at version %lld\n", static_cast<long long>(before));
    for (const database::Migration& step : all) {
      if (step.number <= before) continue;
      steps.push(json::Json::object({{"number", step.number}, {"what", step.what}}));
      if (!json)
        std::printf("  %lld: %s\n", static_cast<long long>(step.number),
                    std::string(step.what).c_str());
    }
    const bool current = steps.as_array()->empty();
    // Refuses a database of a later version, too.
    if (!dry_run || current) TRY(database->migrate(all));
    if (json) {
      const json::Json out =
          json::Json::object({{"before", before}, {"steps", std::move(steps)}, {"done", !dry_run}});
      std::printf("%s\n", out.dump(2).c_str());
    } else {
      std::printf("%s\n", current   ? "there is nothing to do"
                          : dry_run ? "nothing is done yet: --dry-run"
                                    : "all of it is done");
    }
    return 0;
  }
};

}  // namespace

extern const Command hub_upgrade =
    define_command<HubUpgrade>("hub upgrade", "bring a hub's database to this version");

}  // namespace samara::cli::commands
