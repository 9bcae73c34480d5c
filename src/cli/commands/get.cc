// samara get: brings the newest version of a model to this device, verified, and says where it lies.
#include <cstdio>
#include <optional>
#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/device/device.h"

namespace samara::cli::commands {
namespace {

struct Get {
  DeviceFlags device;
  std::string model;

  void declare(Args& args) {
    args.positional("MODEL", model, "its name on the hub");
    device.declare(args);
  }

  Result<int> run(const Args&) {
    std::optional<Progress> bar;
    agent::ModelManager::Options options;
    options.on_progress = [&](const std::string&, const delivery::Progress& now) {
      if (!bar) bar.emplace("downloading", now.total);
      bar->at(now.bytes);
    };
    TRY_SET(const auto opened, device.open(std::move(options)));
    agent::ModelManager& models = opened->manager();
    const Status updated = models.update(model);
    bar.reset();
    const auto file = models.latest_file(model);
    if (!file.ok()) {
      if (!updated.ok()) return updated.error();
      return Error(Code::unavailable, models.explain(model));
    }
    // What is here goes on; that it is not the newest is told.
    std::string why = updated.ok() ? "" : updated.error().brief();
    const auto newest = models.details(model);
    const bool fresh = newest.ok() && newest->sha256 == file->sha256;
    if (!fresh && why.empty()) why = newest.ok() ? models.explain(model) : newest.error().brief();
    if (!fresh) std::fprintf(stderr, "not the newest: %s\n", why.c_str());
    json::Json out = to_json(*file).set("fresh", fresh);
    std::printf("%s\n", device.hub.json ? out.dump(2).c_str()
                                        : cat(file->path, "  ", file->version).c_str());
    return 0;
  }
};

}  // namespace

extern const Command get =
    define_command<Get>("get", "bring a model's newest version to this device");

}  // namespace samara::cli::commands
