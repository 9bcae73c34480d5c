// samara hub unpublish: take a version back that no channel needs.
#include "cli/command.h"
#include "cli/hub/version.h"

namespace samara::cli::commands {
namespace {

struct HubUnpublish : OfVersion {
  Result<int> run(const Args&) { return change("/unpublish", "not published any more"); }
};

}  // namespace

extern const Command hub_unpublish =
    define_command<HubUnpublish>("hub unpublish", "take a version back that no channel needs");

}  // namespace samara::cli::commands
