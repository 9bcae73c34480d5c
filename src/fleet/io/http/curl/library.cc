#include "fleet/io/http/curl/library.h"

#include "base/shared_library.h"
#include "base/try.h"

namespace samara::http {
namespace {

Result<Library> load() {
  auto found = SharedLibrary::load("libcurl.so.4");
  if (!found.ok())
    return Error(Code::unsupported, "libcurl.so.4 is not installed (Debian: libcurl4)");
  Library l;
  found->find("curl_global_init", l.global_init);
  found->find("curl_easy_init", l.easy_init);
  found->find("curl_easy_setopt", l.easy_setopt);
  found->find("curl_easy_getinfo", l.easy_getinfo);
  found->find("curl_easy_perform", l.easy_perform);
  found->find("curl_easy_reset", l.easy_reset);
  found->find("curl_easy_cleanup", l.easy_cleanup);
  found->find("curl_easy_strerror", l.easy_strerror);
  found->find("curl_slist_append", l.slist_append);
  found->find("curl_slist_free_all", l.slist_free_all);
  TRY(found->complete());
  if (l.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return Error(Code::unsupported, "libcurl does not start");
  return l;
}

}  // namespace

Result<const Library*> library() {
  static const Result<Library> loaded = load();
  if (!loaded.ok()) return loaded.error();
  return &*loaded;
}

}  // namespace samara::http
