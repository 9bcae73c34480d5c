// samara hub show: a version with what was found in its file.
#include <cstdio>

#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/version.h"

namespace samara::cli::commands {
namespace {

struct HubShow : OfVersion {
  Result<int> run(const Args&) {
    TRY_SET(const json::Json answer, call("GET", ""));
    std::printf("%s\n", answer.dump(2).c_str());
    return 0;
  }
};

}  // namespace

extern const Command hub_show =
    define_command<HubShow>("hub show", "show a version and what is in it");

}  // namespace samara::cli::commands
