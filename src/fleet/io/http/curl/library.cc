#include "fleet/io/http/curl/library.h"

#include <dlfcn.h>

#include <string>

namespace samara::http {
namespace {

struct Loaded {
  Library library;
  std::string missing;
};

template <class F>
void find(void* handle, const char* name, F& out, std::string& missing) {
  out = reinterpret_cast<F>(dlsym(handle, name));
  if (!out && missing.empty()) missing = std::string("libcurl has no ") + name;
}

Loaded load() {
  Loaded out;
  // Never closed: it registers handlers that run when the process ends.
  void* handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    out.missing = "libcurl.so.4 is not installed (Debian: libcurl4)";
    return out;
  }
  Library& l = out.library;
  find(handle, "curl_global_init", l.global_init, out.missing);
  find(handle, "curl_easy_init", l.easy_init, out.missing);
  find(handle, "curl_easy_setopt", l.easy_setopt, out.missing);
  find(handle, "curl_easy_getinfo", l.easy_getinfo, out.missing);
  find(handle, "curl_easy_perform", l.easy_perform, out.missing);
  find(handle, "curl_easy_reset", l.easy_reset, out.missing);
  find(handle, "curl_easy_cleanup", l.easy_cleanup, out.missing);
  find(handle, "curl_easy_strerror", l.easy_strerror, out.missing);
  find(handle, "curl_slist_append", l.slist_append, out.missing);
  find(handle, "curl_slist_free_all", l.slist_free_all, out.missing);
  if (out.missing.empty() && l.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    out.missing = "libcurl does not start";
  return out;
}

}  // namespace

Result<const Library*> library() {
  static const Loaded loaded = load();
  if (!loaded.missing.empty()) return Error(Code::unsupported, loaded.missing);
  return &loaded.library;
}

}  // namespace samara::http
