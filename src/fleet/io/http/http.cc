#include "fleet/io/http/http.h"

#include "base/text.h"
#include "base/try.h"
#include "base/url.h"

namespace samara::http {

std::string_view Head::header(std::string_view name) const {
  for (const Header& one : headers)
    if (one.name == name) return one.value;
  return {};
}

Code code_of(int status) {
  switch (status) {
    case 400:
      return Code::invalid_argument;
    case 401:
    case 403:
      return Code::permission_denied;
    case 404:
      return Code::not_found;
    case 409:
      return Code::failed_precondition;
    case 422:
      return Code::invalid_model;
    case 429:
    case 502:
    case 503:
    case 504:
      return Code::unavailable;
    case 507:
      return Code::resource_exhausted;
    default:
      return Code::io;
  }
}

Result<Response> Client::send(const Request& request) {
  Response out;
  const auto on_head = [](const Head&) { return ok(); };
  const auto on_body = [&](std::span<const std::byte> piece) {
    out.body.append(reinterpret_cast<const char*>(piece.data()), piece.size());
    return ok();
  };
  const auto never = [] { return false; };
  TRY_SET(out.head, send(request, on_head, on_body, never));
  return out;
}

Result<std::string> Client::get(const std::string& url, uint64_t most_bytes) {
  Request request;
  request.url = url;
  request.most_bytes = most_bytes;
  TRY_SET(Response answer, send(request));
  const int status = answer.head.status;
  if (status == 200) return std::move(answer.body);
  return Error(status == 403 || status == 404 ? Code::not_found : Code::unavailable,
               cat(shown_url(url), " answers with status ", status));
}

}  // namespace samara::http
