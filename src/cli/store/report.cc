#include <cstdio>

#include "cli/store/flags.h"
#include "fleet/io/json/json.h"

namespace samara::cli {

void print_report(const StoreFlags& flags, const delivery::Store::Report& r) {
  if (flags.json) {
    const auto out = json::Json::object({{"models", r.models},
                                         {"blobs", r.blobs},
                                         {"bytes", r.bytes},
                                         {"removed", r.removed},
                                         {"freed", r.freed},
                                         {"findings", json::Json::list(r.findings)}});
    std::printf("%s\n", out.dump(2).c_str());
    return;
  }
  for (const std::string& finding : r.findings) std::printf("%s\n", finding.c_str());
  std::printf("%llu models, %llu files removed, %llu bytes freed\n",
              static_cast<unsigned long long>(r.models), static_cast<unsigned long long>(r.removed),
              static_cast<unsigned long long>(r.freed));
}

}  // namespace samara::cli
