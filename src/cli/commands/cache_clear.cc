// samara cache clear: removes the packed weights in a folder; the next start makes them anew.
#include <cstdio>

#include "base/try.h"
#include "cli/command.h"
#include "engine/graph/weight_cache.h"

namespace samara::cli::commands {
namespace {

struct Work {
  std::string folder;

  void declare(Args& args) {
    args.positional("FOLDER", folder, "the folder that --weight-cache named");
  }
  Result<int> run(const Args&) {
    TRY_SET(const uint64_t bytes, graph::WeightCache::clear(folder));
    std::printf("removed %llu bytes\n", static_cast<unsigned long long>(bytes));
    return 0;
  }
};

}  // namespace

extern const Command cache_clear =
    define_command<Work>("cache clear", "remove a folder's weight caches, and nothing else");

}  // namespace samara::cli::commands
