// samara hub backup: a copy of a hub as of one moment, while it serves.
#include <cstdio>
#include <filesystem>

#include "base/file.h"
#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/archive.h"
#include "cli/hub/data.h"

namespace samara::cli::commands {
namespace {

struct HubBackup {
  HubData data;
  std::string to;
  bool with_keys = false, json = false;

  void declare(Args& args) {
    args.positional("PLACE", to,
                    "the folder to make, or with the end .tar the file; it must not be there yet");
    args.option("--with-keys", with_keys,
                "the hub's signing keys too: whoever has the backup can then sign as the hub");
    args.option("--json", json, "print the result as JSON");
    declare_hub_data(args, data);
  }

  Result<int> run(const Args&) {
    TRY_SET(const auto database, open_hub_database(data));
    TRY_SET(const auto blobs, open_hub_blobs(data));
    if (is_archive(to) && file_identity(to).ok())
      return Error(Code::failed_precondition, cat(to, " is there already"));
    const std::string folder = is_archive(to) ? to + ".folder" : to;
    TRY_SET(const hub::BackupReport report,
            hub::make_backup(*database, database::Database::kind(database_place(data)), *blobs,
                             with_keys ? keys_folder(data) : "", folder));
    if (is_archive(to)) {
      const Status packed = pack_folder(folder, to);
      std::error_code ignored;
      std::filesystem::remove_all(folder, ignored);
      TRY(packed);
    }
    print_backup(cat("the backup is in ", to), report, json);
    return 0;
  }
};

}  // namespace

extern const Command hub_backup =
    define_command<HubBackup>("hub backup", "copy a hub while it serves");

}  // namespace samara::cli::commands
