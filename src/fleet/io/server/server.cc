#include "fleet/io/server/server.h"

#include <arpa/inet.h>

#include <algorithm>

#include "base/text.h"
#include "fleet/io/json/json.h"

namespace samara::server {
namespace {

struct Known {
  int status;
  std::string_view reason, name;
};

// The names are those of google.rpc.Code, which Google's clients map to their exceptions.
constexpr Known kKnown[] = {
    {200, "OK", "OK"},
    {201, "Created", "OK"},
    {202, "Accepted", "OK"},
    {204, "No Content", "OK"},
    {206, "Partial Content", "OK"},
    {301, "Moved Permanently", "OK"},
    {303, "See Other", "OK"},
    {304, "Not Modified", "OK"},
    {307, "Temporary Redirect", "OK"},
    {308, "Permanent Redirect", "OK"},
    {400, "Bad Request", "INVALID_ARGUMENT"},
    {401, "Unauthorized", "UNAUTHENTICATED"},
    {403, "Forbidden", "PERMISSION_DENIED"},
    {404, "Not Found", "NOT_FOUND"},
    {405, "Method Not Allowed", "INVALID_ARGUMENT"},
    {406, "Not Acceptable", "INVALID_ARGUMENT"},
    {408, "Request Timeout", "DEADLINE_EXCEEDED"},
    {409, "Conflict", "ABORTED"},
    {410, "Gone", "NOT_FOUND"},
    {411, "Length Required", "INVALID_ARGUMENT"},
    {412, "Precondition Failed", "FAILED_PRECONDITION"},
    {413, "Content Too Large", "INVALID_ARGUMENT"},
    {414, "URI Too Long", "INVALID_ARGUMENT"},
    {415, "Unsupported Media Type", "INVALID_ARGUMENT"},
    {416, "Range Not Satisfiable", "OUT_OF_RANGE"},
    {422, "Unprocessable Content", "INVALID_ARGUMENT"},
    {429, "Too Many Requests", "RESOURCE_EXHAUSTED"},
    {431, "Request Header Fields Too Large", "INVALID_ARGUMENT"},
    {500, "Internal Server Error", "INTERNAL"},
    {501, "Not Implemented", "UNIMPLEMENTED"},
    {503, "Service Unavailable", "UNAVAILABLE"},
    {505, "HTTP Version Not Supported", "UNIMPLEMENTED"},
    {507, "Insufficient Storage", "RESOURCE_EXHAUSTED"},
};

const Known& known(int status) {
  for (const Known& k : kKnown) {
    if (k.status == status) return k;
  }
  static constexpr Known kOther{0, "Unknown", "UNKNOWN"};
  return kOther;
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

std::string_view reason(int status) { return known(status).reason; }

std::string network_of(const std::string& address) {
  in6_addr whole = {};
  if (inet_pton(AF_INET6, address.c_str(), &whole) != 1) return address;
  char text[INET6_ADDRSTRLEN] = {};
  if (IN6_IS_ADDR_V4MAPPED(&whole))
    return inet_ntop(AF_INET, whole.s6_addr + 12, text, sizeof text);
  std::fill(whole.s6_addr + 8, whole.s6_addr + 16, uint8_t{0});
  return cat(inet_ntop(AF_INET6, &whole, text, sizeof text), "/64");
}

Response error_response(int status, std::string_view message) {
  return error_response(status, known(status).name, message);
}

Response error_response(int status, std::string_view name, std::string_view message) {
  Response out;
  out.status = status;
  out.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  using json::Json;
  out.body =
      Json::object(
          {{"error", Json::object({{"code", status}, {"status", name}, {"message", message}})}})
          .dump() +
      "\n";
  if (status == 429 || status == 503) out.headers.emplace_back("Retry-After", "1");
  return out;
}

}  // namespace samara::server
