#include "hub/routes/core/pages.h"

#include <algorithm>

#include "hub/web/files.h"

namespace samara::hub {
namespace {

/// The prefix makes browsers refuse the cookie of whoever is not this very host, by TLS.
std::string_view cookie_name(const server::Request& request) {
  return request.secure ? "__Host-samara" : "samara";
}

/// Nothing but these files and this origin; no script or style within markup, and none made of text.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

}  // namespace

Result<Response> page_response(std::string_view wanted) {
  const WebFile* file = web_file(wanted);
  if (!file) return Error(Code::not_found, "there is no such page");
  Response out;
  out.headers = {{"Content-Type", std::string(file->type)},
                 {"ETag", etag_of_text(file->content)},
                 {"Cache-Control", "no-cache"},
                 {"Content-Security-Policy", std::string(kPolicy)},
                 {"X-Content-Type-Options", "nosniff"},
                 {"X-Frame-Options", "DENY"},
                 {"Referrer-Policy", "no-referrer"},
                 {"Cross-Origin-Opener-Policy", "same-origin"},
                 {"Cross-Origin-Resource-Policy", "same-origin"}};
  out.body = file->content;
  return out;
}

std::string_view page_token(const server::Request& request) {
  if (request.header("x-samara-page").empty()) return {};
  std::string_view rest = request.header("cookie");
  const std::string_view name = cookie_name(request);
  while (!rest.empty()) {
    const size_t end = rest.find(';');
    const std::string_view pair = rest.substr(0, end);
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('='))
      return pair.substr(name.size() + 1);
    rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  }
  return {};
}

std::string page_cookie(const server::Request& request, std::string_view token) {
  return cat(cookie_name(request), "=", token, "; Path=/; HttpOnly; SameSite=Strict",
             request.secure ? "; Secure" : "", token.empty() ? "; Max-Age=0" : "");
}

}  // namespace samara::hub
