#include "engine/capi/report.h"

#include <cstdio>
#include <mutex>
#include <vector>

namespace samara::capi {
namespace {

void call(const Reporter& to, const char* format, ...) {
  va_list args;
  va_start(args, format);
  to.function(to.user_data, format, args);
  va_end(args);
}

}  // namespace

void Reporter::operator()(const std::string& text) const {
  if (function)
    call(*this, "%s", text.c_str());
  else
    std::fprintf(stderr, "ERROR: %s\n", text.c_str());
}

void say_once(const char* what) {
  static std::mutex guard;
  static std::vector<const char*> said;
  const std::lock_guard lock(guard);
  for (const char* const s : said)
    if (s == what) return;
  said.push_back(what);
  std::fprintf(stderr, "INFO: %s\n", what);
}

}  // namespace samara::capi
