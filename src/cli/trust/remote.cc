#include "cli/trust/remote.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/try.h"

namespace samara::cli {

trust::Fetch fetch_below(std::shared_ptr<http::Client> client, std::string address) {
  if (!address.ends_with('/')) address += '/';
  return [client = std::move(client), address = std::move(address)](
             const std::string& name, uint64_t most) -> Result<std::string> {
    http::Request request;
    request.url = address + name;
    request.most_bytes = most;
    TRY_SET(http::Response answer, client->send(request));
    const int status = answer.head.status;
    if (status == 200) return std::move(answer.body);
    const bool none = status == 403 || status == 404;
    return Error(none ? Code::not_found : Code::unavailable,
                 cat(request.url, " answers with status ", status));
  };
}

int64_t now() { return system_clock().wall_ms() / 1000; }

}  // namespace samara::cli
