// HttpFetcher: the Fetcher of a device, over fleet/io/http.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "fleet/delivery/fetcher.h"
#include "fleet/io/http/http.h"

namespace samara::delivery {

class HttpFetcher final : public Fetcher {
 public:
  using Connect = std::function<Result<std::unique_ptr<http::Client>>()>;
  /// `connect` makes one client for each download that runs at the same time.
  explicit HttpFetcher(Connect connect, std::vector<http::Header> headers = {})
      : connect_(std::move(connect)), headers_(std::move(headers)) {}

  Status get(const FetchRequest& request, FunctionRef<Status(const FetchAnswer&)> on_answer,
             FunctionRef<Status(std::span<const std::byte>)> on_bytes) override;

 private:
  Connect connect_;
  std::vector<http::Header> headers_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<http::Client>> idle_;  // connections are kept
};

}  // namespace samara::delivery
