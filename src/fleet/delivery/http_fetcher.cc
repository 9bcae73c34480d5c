#include "fleet/delivery/http_fetcher.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/try.h"

namespace samara::delivery {
namespace {

std::optional<uint64_t> number(std::string_view text) {
  uint64_t out = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), out);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  return out;
}

/// "bytes 100-199/500" or "bytes 100-199/*" (RFC 9110, 14.4).
void read_range(std::string_view range, FetchAnswer& out) {
  constexpr std::string_view kUnit = "bytes ";
  const size_t dash = range.find('-');
  const size_t slash = range.find('/');
  if (!range.starts_with(kUnit) || dash == range.npos || slash == range.npos || dash > slash)
    return;
  out.first = number(range.substr(kUnit.size(), dash - kUnit.size()));
  out.total = number(range.substr(slash + 1));
}

FetchAnswer answer_of(const http::Head& head) {
  FetchAnswer out;
  out.status = head.status;
  out.etag = head.header("etag");
  if (head.status == 206) read_range(head.header("content-range"), out);
  // A length of something encoded is not the content's.
  if (head.status == 200 && head.header("content-encoding").empty())
    out.total = number(head.header("content-length"));
  const auto seconds = number(head.header("retry-after"));
  if (seconds)
    out.retry_after_ms = static_cast<int64_t>(std::min<uint64_t>(*seconds, 1'000'000)) * 1000;
  return out;
}

/// The length of "https://host:port/", with the slash: nothing that only begins alike. 0: no address.
size_t origin_size(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == url.npos) return 0;
  const size_t slash = url.find('/', scheme + 3);
  return slash == url.npos ? 0 : slash + 1;
}

}  // namespace

void HttpFetcher::give(std::vector<http::Header> headers, std::string_view of) {
  std::string address(of);
  if (address.find("://") != address.npos && origin_size(address) == 0) address += '/';
  headers_.emplace_back(std::move(address), std::move(headers));
}

std::vector<http::Header> HttpFetcher::headers_for(std::string_view url) const {
  const std::vector<http::Header>* best = nullptr;
  size_t most = 0;
  for (const auto& [of, headers] : headers_) {
    const size_t same = static_cast<size_t>(
        std::mismatch(url.begin(), url.end(), of.begin(), of.end()).first - url.begin());
    if (const size_t origin = origin_size(of); origin == 0 || same < origin || same <= most)
      continue;
    most = same;
    best = &headers;
  }
  return best ? *best : std::vector<http::Header>();
}

Status HttpFetcher::get(const FetchRequest& request,
                        FunctionRef<Status(const FetchAnswer&)> on_answer,
                        FunctionRef<Status(std::span<const std::byte>)> on_bytes) {
  std::unique_ptr<http::Client> client;
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      client = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!client) {
    TRY_SET(client, connect_());
  }
  http::Request ask;
  ask.url = request.url;
  ask.headers = headers_for(request.url);
  if (request.from > 0) ask.from = request.from;
  ask.if_range = request.if_range;
  ask.most_bytes = std::numeric_limits<uint64_t>::max();  // the download knows the size
  const auto sent = client->send(
      ask, [&](const http::Head& head) { return on_answer(answer_of(head)); }, on_bytes,
      [] { return false; });
  {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(client));
  }
  return sent.ok() ? ok() : Status(sent.error());
}

}  // namespace samara::delivery
