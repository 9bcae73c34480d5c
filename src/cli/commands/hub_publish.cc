// samara hub publish: let devices have a version.
#include "cli/command.h"
#include "cli/hub/version.h"

namespace samara::cli::commands {
namespace {

struct HubPublish : OfVersion {
  Result<int> run(const Args&) { return change("/publish", "published"); }
};

}  // namespace

extern const Command hub_publish =
    define_command<HubPublish>("hub publish", "let devices have a version");

}  // namespace samara::cli::commands
