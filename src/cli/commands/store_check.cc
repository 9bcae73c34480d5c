// samara store check: hashes every model of a device's store and mends what is broken.
#include "base/try.h"
#include "cli/command.h"
#include "cli/store/flags.h"

namespace samara::cli::commands {
namespace {

struct Work {
  StoreFlags flags;
  bool look_only = false;

  void declare(Args& args) {
    flags.declare(args);
    args.option("--look-only", look_only, "change nothing; exit 1 if something is broken");
  }
  Result<int> run(const Args&) {
    TRY_SET(const auto report, flags.open().check(!look_only));
    print_report(flags, report);
    return look_only && !report.findings.empty() ? kFailed : 0;
  }
};

}  // namespace

extern const Command store_check =
    define_command<Work>("store check", "check the models on this device and mend what is broken");

}  // namespace samara::cli::commands
