// What the `samara store` commands share.
#pragma once

#include <cstdlib>
#include <string>

#include "cli/args/args.h"
#include "fleet/delivery/store.h"

namespace samara::cli {

struct StoreFlags {
  std::string folder = "samara-models";
  bool json = false;

  void declare(Args& args) {
    if (const char* set = std::getenv("SAMARA_STORE")) folder = set;
    args.option("--store", folder, "folder of the models (or SAMARA_STORE)");
    args.option("--json", json, "print the result as JSON");
  }
  delivery::Store open() const { return delivery::Store(folder); }
};

/// Prints what check() or gc() found and did.
void print_report(const StoreFlags& flags, const delivery::Store::Report& report);

}  // namespace samara::cli
