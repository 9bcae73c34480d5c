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
  /// Likewise for another server; of several addresses at one server, that counts which has most in
  /// common with what is fetched. Before the first get().
  void give(std::vector<http::Header> headers, std::string_view of);

  Status get(const FetchRequest& request, FunctionRef<Status(const FetchAnswer&)> on_answer,
             FunctionRef<Status(std::span<const std::byte>)> on_bytes) override;

 private:
  Connect connect_;
  std::vector<http::Header> headers_for(std::string_view url) const;

  std::vector<std::pair<std::string, std::vector<http::Header>>> headers_;  // by address
  std::mutex mutex_;
  std::vector<std::unique_ptr<http::Client>> idle_;  // connections are kept
};

}  // namespace samara::delivery
