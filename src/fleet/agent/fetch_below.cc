#include "fleet/agent/fetch_below.h"

#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "base/url.h"

namespace samara::agent {
namespace {

/// The last answer that had an ETag.
struct Known {
  std::string name, etag, body;
};

}  // namespace

trust::Fetch fetch_below(std::shared_ptr<http::Client> client, std::string address,
                         std::vector<http::Header> headers) {
  if (!address.ends_with('/')) address += '/';
  return [client = std::move(client), address = std::move(address), headers = std::move(headers),
          known = std::make_shared<Known>()](const std::string& name,
                                             uint64_t most) -> Result<std::string> {
    http::Request request;
    request.url = address + name;
    request.headers = headers;
    request.most_bytes = most;
    const bool changes = name.find_first_of("0123456789") != 0;
    const bool asked_before = changes && known->name == name;
    if (asked_before) request.headers.push_back({"If-None-Match", known->etag});
    TRY_SET(http::Response answer, client->send(request));
    const int status = answer.head.status;
    if (status == 304 && asked_before) return known->body;
    if (status == 200) {
      const std::string_view etag = answer.head.header("etag");
      if (changes && !etag.empty()) *known = {name, std::string(etag), answer.body};
      return std::move(answer.body);
    }
    return Error(status == 403 || status == 404 ? Code::not_found : Code::unavailable,
                 cat(shown_url(request.url), " answers with status ", status));
  };
}

}  // namespace samara::agent
