// samara store gc: removes what no model of a device's store needs.
#include "base/try.h"
#include "cli/command.h"
#include "cli/store/flags.h"

namespace samara::cli::commands {
namespace {

struct Work {
  StoreFlags flags;

  void declare(Args& args) { flags.declare(args); }
  Result<int> run(const Args&) {
    TRY_SET(const auto report, flags.open().gc());
    print_report(flags, report);
    return 0;
  }
};

}  // namespace

extern const Command store_gc =
    define_command<Work>("store gc", "remove model files on this device that nothing needs");

}  // namespace samara::cli::commands
