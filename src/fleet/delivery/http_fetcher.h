// HttpFetcher: the Fetcher of a device, over fleet/io/http.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fleet/delivery/fetcher.h"
#include "fleet/io/http/http.h"

namespace samara::delivery {

class HttpFetcher final : public Fetcher {
 public:
  using Connect = std::function<Result<std::unique_ptr<http::Client>>()>;
  /// `connect` makes one client for each download that runs at the same time. `headers` may hold what
  /// is one server's business alone: they go to the server of the address `of` and to no other.
  explicit HttpFetcher(Connect connect, std::vector<http::Header> headers = {},
                       std::string_view of = {})
      : connect_(std::move(connect)) {
    give(std::move(headers), of);
  }
  /// Likewise for another server. Before the first get().
  void give(std::vector<http::Header> headers, std::string_view of) {
    headers_.emplace_back(origin(of), std::move(headers));
  }

  Status get(const FetchRequest& request, FunctionRef<Status(const FetchAnswer&)> on_answer,
             FunctionRef<Status(std::span<const std::byte>)> on_bytes) override;

 private:
  Connect connect_;
  /// "https://host:port/", with the slash: nothing that only begins alike.
  static std::string origin(std::string_view url);

  std::vector<std::pair<std::string, std::vector<http::Header>>> headers_;  // by origin
  std::mutex mutex_;
  std::vector<std::unique_ptr<http::Client>> idle_;  // connections are kept
};

}  // namespace samara::delivery
