// What the `samara store` commands share.
#pragma once

#include <cstdlib>
#include <string>

#include "cli/args/args.h"
#include "fleet/agent/key_source.h"
#include "fleet/delivery/store.h"

namespace samara::cli {

struct StoreFlags {
  std::string folder = "samara-models", key_file;
  bool json = false;

  void declare(Args& args) {
    if (const char* set = std::getenv("SAMARA_STORE")) folder = set;
    args.option("--store", folder, "folder of the models (or SAMARA_STORE)");
    args.option("--key-file", key_file, "the key that its models are sealed with");
    args.option("--json", json, "print the result as JSON");
  }
  delivery::Store open() const {
    delivery::Store::Options options;
    if (!key_file.empty()) options.key = agent::key_of_file(key_file);
    return delivery::Store(folder, options);
  }
};

/// Prints what check() or gc() found and did.
void print_report(const StoreFlags& flags, const delivery::Store::Report& report);

}  // namespace samara::cli
