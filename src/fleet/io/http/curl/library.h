// libcurl, loaded by name. It brings some thirty libraries of its own; linked, they would have to be
// on every machine that runs the program, also where nothing is ever fetched, and would be loaded
// at each start.
#pragma once

#include <curl/curl.h>

#include "samara/base/result.h"

namespace samara::http {

struct Library {
  decltype(&curl_global_init) global_init = nullptr;
  decltype(&curl_easy_init) easy_init = nullptr;
  decltype(&curl_easy_setopt) easy_setopt = nullptr;
  decltype(&curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&curl_easy_perform) easy_perform = nullptr;
  decltype(&curl_easy_reset) easy_reset = nullptr;
  decltype(&curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&curl_easy_strerror) easy_strerror = nullptr;
  decltype(&curl_slist_append) slist_append = nullptr;
  decltype(&curl_slist_free_all) slist_free_all = nullptr;
};

/// Loads it at the first call; afterwards the same answer.
Result<const Library*> library();

}  // namespace samara::http
