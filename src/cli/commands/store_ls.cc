// samara store ls: the models of a device's store and what stands in their slots.
#include <cstdio>

#include "base/text.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/store/flags.h"
#include "fleet/io/json/json.h"

namespace samara::cli::commands {
namespace {

using json::Json;

Json describe(const std::string& name, const delivery::Slots& slots) {
  Json out = Json::object({{"name", name}, {"proven", slots.proven}, {"pinned", slots.pinned}});
  const auto slot = [&](const char* key, const std::optional<delivery::Entry>& entry) {
    if (entry)
      out.set(key, Json::object({{"version", entry->version},
                                 {"sha256", entry->sha256},
                                 {"size", entry->size},
                                 {"source", entry->source}}));
  };
  slot("current", slots.current);
  slot("previous", slots.previous);
  slot("staged", slots.staged);
  slot("wanted", slots.wanted);
  Json refused = Json::array();
  for (const delivery::Refusal& r : slots.refused)
    refused.push(
        Json::object({{"version", r.version}, {"sha256", r.sha256}, {"reason", r.reason}}));
  return out.set("refused", std::move(refused));
}

std::string line_of(const std::string& name, const delivery::Slots& slots) {
  const auto version = [](const std::optional<delivery::Entry>& entry) {
    return entry ? entry->version : std::string("-");
  };
  std::string out = cat(name, "  current ", version(slots.current));
  if (slots.current && !slots.proven) out += " (on trial)";
  out += cat("  previous ", version(slots.previous));
  if (slots.staged) out += cat("  staged ", slots.staged->version);
  if (slots.wanted) out += cat("  wanted ", slots.wanted->version);
  for (const delivery::Refusal& r : slots.refused)
    out += cat("\n  refused ", r.version, ": ", r.reason);
  return out;
}

struct Work {
  StoreFlags flags;

  void declare(Args& args) { flags.declare(args); }
  Result<int> run(const Args&) {
    const delivery::Store store = flags.open();
    TRY_SET(const auto names, store.names());
    Json list = Json::array();
    for (const std::string& name : names) {
      TRY_SET(const delivery::Slots slots, store.slots(name));
      if (flags.json) {
        list.push(describe(name, slots));
      } else {
        std::printf("%s\n", line_of(name, slots).c_str());
      }
    }
    if (flags.json) std::printf("%s\n", list.dump(2).c_str());
    return 0;
  }
};

}  // namespace

extern const Command store_ls = define_command<Work>("store ls", "list the models on this device");

}  // namespace samara::cli::commands
