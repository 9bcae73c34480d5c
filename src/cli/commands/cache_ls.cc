// samara cache ls: the packed weights in a folder that --weight-cache named.
#include <cstdio>
#include <ctime>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "engine/graph/weight_cache.h"
#include "fleet/io/json/json.h"

namespace samara::cli::commands {
namespace {

std::string utc(int64_t ns) {
  const auto seconds = time_t(ns / 1'000'000'000);
  tm parts = {};
  char text[32];
  gmtime_r(&seconds, &parts);
  return {text, strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

struct Work {
  std::string folder;
  bool json = false;

  void declare(Args& args) {
    args.positional("FOLDER", folder, "the folder that --weight-cache named");
    args.option("--json", json, "print the list as JSON");
  }
  Result<int> run(const Args&) {
    TRY_SET(const auto all, graph::WeightCache::list(folder));
    json::Json list = json::Json::array();
    for (const auto& one : all) {
      const std::string used = utc(one.used_ns);
      if (json) {
        list.push(json::Json::object({{"file", one.name},
                                      {"model", one.label},
                                      {"bytes", one.bytes},
                                      {"used", used},
                                      {"whole", one.whole}}));
      } else {
        std::printf("%s  %10llu bytes  used %s  %s\n", one.name.c_str(),
                    static_cast<unsigned long long>(one.bytes), used.c_str(),
                    one.whole ? one.label.c_str() : "(damaged or unfinished)");
      }
    }
    if (json) std::printf("%s\n", list.dump(2).c_str());
    return 0;
  }
};

}  // namespace

extern const Command cache_ls = define_command<Work>("cache ls", "list a folder's weight caches");

}  // namespace samara::cli::commands
