// samara hub openapi: the hub's endpoints as an OpenAPI document, printed from the table of routes.
#include <cstdio>

#include "cli/command.h"
#include "hub/routes/core/route.h"

namespace samara::cli::commands {
namespace {

struct Options {};

void declare(Args&, Options&) {}

Result<int> run(const Args&, Options&) {
  std::printf("%s\n", hub::openapi(hub::all_routes()).dump(2).c_str());
  return 0;
}

}  // namespace

extern const Command hub_openapi =
    define_command<Options, declare, run>("hub openapi", "print the hub's endpoints as OpenAPI");

}  // namespace samara::cli::commands
