// samara hub restore: makes a hub of a backup, or looks whether that could be done.
#include <cstdio>
#include <optional>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/archive.h"
#include "cli/hub/data.h"

namespace samara::cli::commands {
namespace {

struct HubRestore {
  HubData data;
  std::string from;
  bool check = false, json = false;

  void declare(Args& args) {
    args.positional("BACKUP", from, "a folder, or a file with the end .tar");
    args.option("--check", check, "only look whether the backup is whole");
    args.option("--json", json, "print the result as JSON");
    declare_hub_data(args, data);
  }

  Result<int> run(const Args&) {
    const auto frame = [&] { return "backup " + from; };
    std::optional<TemporaryFolder> unpacked;
    if (is_archive(from)) {
      TRY_SET(TemporaryFolder made, unpack(from));
      unpacked.emplace(std::move(made));
    }
    const std::string folder = unpacked ? unpacked->path() : from;
    if (check) {
      TRY_SET(const auto report, hub::check_backup(folder).in(frame));
      print_backup("the backup is whole", report, json);
      return 0;
    }
    TRY_SET(const auto report,
            hub::restore_backup(folder, data.folder, data.database, data.blobs).in(frame));
    print_backup(cat("the hub is in ", data.folder), report, json);
    if (!report.keys)
      std::fprintf(stderr, "The backup has no keys: put the hub's into %s, else it cannot sign.\n",
                   keys_folder(data).c_str());
    return 0;
  }
};

}  // namespace

extern const Command hub_restore =
    define_command<HubRestore>("hub restore", "make a hub of a backup");

}  // namespace samara::cli::commands
