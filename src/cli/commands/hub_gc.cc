// samara hub gc: removes bytes that no version names.
#include <cstdio>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/hub/client.h"

namespace samara::cli::commands {
namespace {

struct HubGc {
  HubFlags hub;
  int64_t hours = 24;
  bool dry_run = false;

  void declare(Args& args) {
    args.option("--hours", hours, "only what is that old", 0, 1'000'000);
    args.option("--dry-run", dry_run, "tell what would be removed");
    declare_hub_flags(args, hub);
  }

  Result<int> run(const Args&) {
    TRY_SET(HubClient client, HubClient::open(hub));
    TRY_SET(const json::Json answer,
            client.call("POST", "/v1/collect",
                        json::Json::object({{"hours", hours}, {"dry_run", dry_run}})));
    std::printf("%s\n",
                hub.json ? answer.dump(2).c_str()
                         : cat(text_of(answer, "blobs"), " blobs with ", text_of(answer, "bytes"),
                               " bytes and ", text_of(answer, "uploads"), " uploads ",
                               dry_run ? "would be removed" : "are removed")
                               .c_str());
    return 0;
  }
};

}  // namespace

extern const Command hub_gc = define_command<HubGc>("hub gc", "remove bytes that no version names");

}  // namespace samara::cli::commands
