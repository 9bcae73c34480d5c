#include "fleet/io/http/http.h"

#include "base/try.h"

namespace samara::http {

std::string_view Head::header(std::string_view name) const {
  for (const Header& one : headers)
    if (one.name == name) return one.value;
  return {};
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

}  // namespace samara::http
