#include "hub/routes/core/encoding.h"

#include "base/words.h"
#include "fleet/io/server/gzip.h"
#include "hub/routes/core/conditional.h"

namespace samara::hub {
namespace {

using server::Response;

constexpr size_t kLeast = 1024;  // bytes; shorter ones travel in one packet anyway

std::string_view next_word(std::string_view& rest, char mark) {
  const size_t end = rest.find(mark);
  const std::string_view word = trim(rest.substr(0, end));
  rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
  return word;
}

/// Whether a member's weight, "q=0.5", is more than nothing; as it is where none is given.
bool wanted(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view one = next_word(parameters, ';');
    if (same_word(one.substr(0, 2), "q=")) return one.find_first_of("123456789") != one.npos;
  }
  return true;
}

bool is_text(const Response& response) {
  for (const auto& [name, value] : response.headers) {
    if (name == "Content-Type")
      return value.starts_with("application/json") || value.starts_with("text/");
  }
  return false;
}

bool may_shrink(const server::Request& request, const Response& full) {
  const std::string_view etag = etag_of(full);
  // An ETag without quotes is a hash that some clients read.
  return (request.method == "GET" || request.method == "HEAD") && full.status == 200 &&
         !full.file && full.body.size() >= kLeast && is_text(full) &&
         (etag.empty() || etag.starts_with('"'));
}

void weaken(Response& response) {
  for (auto& [name, value] : response.headers) {
    if (name == "ETag") value.insert(0, "W/");
  }
}

}  // namespace

bool takes_gzip(std::string_view header) {
  bool any = false;
  while (!header.empty()) {
    std::string_view member = next_word(header, ',');
    const std::string_view coding = next_word(member, ';');
    if (same_word(coding, "gzip") || same_word(coding, "x-gzip")) return wanted(member);
    if (coding == "*") any = wanted(member);
  }
  return any;
}

Response answered(const server::Request& request, const Response& full) {
  Response out = conditional(request, full);
  if (!may_shrink(request, full)) return out;
  out.headers.emplace_back("Vary", "Accept-Encoding");
  if (!takes_gzip(request.header("accept-encoding"))) return out;
  if (out.status == 200) {
    std::string small = full.gzipped ? full.gzipped->of(out.body) : server::gzip(out.body);
    if (small.empty()) return out;
    out.body = std::move(small);
    out.headers.emplace_back("Content-Encoding", "gzip");
  }
  weaken(out);
  return out;
}

}  // namespace samara::hub
