// samara hub import: takes a model from an address into the hub, with its licence and where it came from.
#include <algorithm>
#include <cstdio>

#include "base/temporary_folder.h"
#include "base/text.h"
#include "base/try.h"
#include "base/url.h"
#include "cli/command.h"
#include "cli/hub/incoming.h"
#include "cli/hub/push.h"

namespace samara::cli::commands {
namespace {

struct HubImport {
  HubFlags hub;
  PushFlags push;
  Wanted wanted;
  std::string licence, source;
  int64_t most_mb = 4096;

  void declare(Args& args) {
    args.positional("ADDRESS", wanted.address,
                    "https://... or oci://HOST/REPOSITORY:TAG; http://... and oci+http://... with "
                    "--sha256");
    args.option("--licence,--license", licence,
                "under which it may be used, e.g. Apache-2.0; kept as the label 'licence'");
    args.option("--source", source,
                "where it comes from, kept as the label 'source'; else the address");
    args.option("--sha256", wanted.sha256, "refuse anything else");
    args.option("--most-mb", most_mb, "refuse more than so many MiB", 1, 1 << 24);
    args.option("--source-ca", wanted.ca, "PEM file of the authority of the address");
    declare_push_flags(args, push);
    declare_hub_flags(args, hub);
  }

  Result<int> run(const Args&) {
    if (licence.empty())
      return Error(Code::invalid_argument, "--licence says under which licence it comes");
    const std::string shown = shown_url(wanted.address);
    // Without what a registry's address has after the name: a tag or digest.
    if (push.model.empty())
      push.model = stem(shown.substr(0, shown.find_first_of(":@", shown.rfind('/') + 1)));
    wanted.most_bytes = static_cast<uint64_t>(most_mb) << 20;
    TRY_SET(HubClient client, HubClient::open(hub));
    TRY_SET(const TemporaryFolder scratch, TemporaryFolder::make());
    const std::string file = scratch.in("model.tflite");
    TRY_SET(const std::string sha256, bring(wanted, file).in([&] { return shown; }));
    std::fprintf(stderr, "SHA-256 %s\n", sha256.c_str());
    TRY_SET(const Pushed done,
            push_file(client, push, file,
                      {{"licence", licence}, {"source", source.empty() ? shown : source}}, ""));
    std::printf("%s\n", hub.json ? done.manifest.dump(2).c_str() : done.told.c_str());
    return 0;
  }
};

}  // namespace

extern const Command hub_import =
    define_command<HubImport>("hub import", "take a model from an address");

}  // namespace samara::cli::commands
